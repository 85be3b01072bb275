CREATE TABLE a (b int, d int, c int, a int, val int, PRIMARY KEY (b, d, c, a));
CREATE TABLE other (x int, y int, z int, PRIMARY KEY (z, x));
INSERT INTO a VALUES (1, 2, 3, 4, 5);
INSERT INTO other VALUES (1, 2, 3);
