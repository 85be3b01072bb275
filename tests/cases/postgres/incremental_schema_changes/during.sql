INSERT INTO {slot} VALUES ('s1', 'execute-snapshot', '{"data-collections": ["public.a"]}');
-- records public.a 5
-- records notices 7
UPDATE a SET txt = 'y' WHERE pk = 1;
