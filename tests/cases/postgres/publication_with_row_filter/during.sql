INSERT INTO a VALUES (1, 'x'), (6, 'x');
UPDATE a SET pk = 8 WHERE pk = 1;
DELETE FROM a WHERE pk = 6;
