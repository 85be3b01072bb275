INSERT INTO a VALUES (2, 'y');
UPDATE a SET txt = 'z' WHERE pk = 1;
UPDATE a SET pk = 5 WHERE pk = 1;
DELETE FROM a;
