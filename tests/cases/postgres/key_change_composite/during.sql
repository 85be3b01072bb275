UPDATE a SET x = 10 WHERE x = 1;
UPDATE a SET y = 'c', z = 3 WHERE x = 2;
UPDATE a SET z = 4 WHERE x = 2;
DELETE FROM a WHERE x = 2;
