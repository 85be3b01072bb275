UPDATE a SET txt = 'two', pk = 2 WHERE pk = 1;
UPDATE a SET txt = 'three' WHERE pk = 2;
DELETE FROM a WHERE pk = 2;
