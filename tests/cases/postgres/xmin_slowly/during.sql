INSERT INTO a VALUES (2, 'y');
UPDATE a SET txt = 'z';
-- restart
DELETE FROM a WHERE pk = 1;
