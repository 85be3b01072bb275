CREATE TABLE a (pk int PRIMARY KEY, txt text);
CREATE TABLE b (pk int PRIMARY KEY, txt text);
CREATE TABLE c (pk int PRIMARY KEY, txt text);
CREATE TABLE sig (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048));
INSERT INTO a VALUES (1, 'x'), (2, 'y'), (3, 'z');
INSERT INTO b VALUES (1, 'x');
INSERT INTO c VALUES (1, 'x');
