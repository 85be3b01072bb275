INSERT INTO a1 VALUES (11, 'streamed');
-- settle
INSERT INTO sig_{slot} VALUES ('1', 'execute-snapshot', '{"data-collections": ["public.a.*", "public.b"], "additional-conditions": [{"data-collection": "public.a1", "filter": "id > 2 AND id < 8"}, {"data-collection": "public.b", "filter": "id > 2"}]}');
-- settle
INSERT INTO sig_{slot} VALUES ('2', 'execute-snapshot', '{"data-collections": ["public.a2"], "surrogate-key": "n"}');
-- settle
INSERT INTO sig_{slot} VALUES ('3', 'stop-snapshot', '{"data-collections": ["public.a2"]}');
INSERT INTO sig_{slot} VALUES ('4', 'pause-snapshot', '');
INSERT INTO sig_{slot} VALUES ('5', 'no-such-type', '{}');
INSERT INTO sig_{slot} VALUES ('6', 'log', '{"message": "at {}"}');
INSERT INTO sig_{slot} VALUES ('7', 'execute-snapshot', '{}');
INSERT INTO a1 VALUES (12, 'after');
