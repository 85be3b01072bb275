CREATE TABLE a (x int, y text, z int, PRIMARY KEY (y, x));
INSERT INTO a VALUES (1, 'a', 1), (2, 'b', 2);
