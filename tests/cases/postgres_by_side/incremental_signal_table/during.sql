INSERT INTO a VALUES (8, 'streamed');
-- settle
INSERT INTO sig_{slot} VALUES ('ad-hoc-1', 'execute-snapshot', '{"data-collections": ["public.a", "public.b", "public.e", "public.n", "public.missing"], "type": "incremental"}');
