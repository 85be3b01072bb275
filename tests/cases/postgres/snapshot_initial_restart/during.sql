-- restart
INSERT INTO a VALUES (3, 'z');
-- restart
INSERT INTO a VALUES (4, 'z');
