INSERT INTO a VALUES (4, 'w');
-- wait
INSERT INTO sig VALUES ('s1', 'execute-snapshot', '{"type": "BLOCKING", "data-collections": ["public\\.[ab]"]}');
-- wait
UPDATE a SET txt = 'v' WHERE pk = 1;
INSERT INTO c VALUES (2, 'y');
