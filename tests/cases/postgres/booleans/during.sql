INSERT INTO a VALUES (2, false, NULL, false), (3, NULL, NULL, false);
DELETE FROM a WHERE pk = 3;
