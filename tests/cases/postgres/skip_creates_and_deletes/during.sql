INSERT INTO a VALUES (2, 'y');
UPDATE a SET txt = 'z' WHERE pk = 1;
UPDATE a SET pk = 5 WHERE pk = 1;
UPDATE b SET pk = 5, txt = 'w' WHERE pk = 1;
UPDATE b SET txt = 'v';
UPDATE a SET txt = 'v' WHERE pk = 5;
DELETE FROM b;
