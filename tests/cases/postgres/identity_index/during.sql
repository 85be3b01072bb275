UPDATE a SET n = 10 WHERE pk = 1;
UPDATE a SET code = 'xx' WHERE pk = 1;
DELETE FROM a WHERE pk = 2;
