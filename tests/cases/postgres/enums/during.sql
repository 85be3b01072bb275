INSERT INTO a VALUES (2, NULL, 'with space', '{}');
INSERT INTO a (pk) VALUES (3);
DELETE FROM a WHERE pk = 1;
