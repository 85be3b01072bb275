INSERT INTO a VALUES (2, 'y');
-- restart
INSERT INTO a VALUES (3, 'z');
