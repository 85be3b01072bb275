INSERT INTO sig VALUES ('s1', 'execute-snapshot', '{"type": "BLOCKING", "data-collections": ["public.a", "public.b"], "additional-conditions": [{"data-collection": "public.a", "filter": "SELECT * FROM public.a WHERE pk > 1 ORDER BY pk DESC"}]}');
-- wait
INSERT INTO c VALUES (2, 'y');
