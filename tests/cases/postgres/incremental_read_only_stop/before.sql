CREATE TABLE a (pk int PRIMARY KEY, txt text);
INSERT INTO a SELECT n, 'x' || n FROM generate_series(1, 5) n;
CREATE TABLE b (pk int PRIMARY KEY, txt text);
INSERT INTO b VALUES (1, 'x'), (2, 'y'), (3, 'z');
CREATE TABLE c (pk int PRIMARY KEY, txt text);
INSERT INTO c VALUES (1, 'x');
CREATE TABLE d (pk int PRIMARY KEY, txt text);
