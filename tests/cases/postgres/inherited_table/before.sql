CREATE TABLE parent (pk int PRIMARY KEY, n int);
CREATE TABLE child (m int, PRIMARY KEY (pk)) INHERITS (parent);
INSERT INTO parent VALUES (1, 1);
INSERT INTO child VALUES (2, 2, 2);
