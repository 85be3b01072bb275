CREATE TABLE a (pk int PRIMARY KEY, n int NOT NULL, txt text);
CREATE UNIQUE INDEX a_n_idx ON a (n);
CREATE TABLE b (pk int PRIMARY KEY, txt text);
CREATE TABLE c (txt text);
INSERT INTO a VALUES (1, 10, 'x');
INSERT INTO b VALUES (1, 'x');
INSERT INTO c VALUES ('x');
