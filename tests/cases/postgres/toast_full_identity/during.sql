UPDATE a SET n = 2;
UPDATE a SET other = 'x';
UPDATE a SET id = 2;
DELETE FROM a;
