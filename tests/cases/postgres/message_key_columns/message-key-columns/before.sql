CREATE TABLE a (id int PRIMARY KEY, name text NOT NULL, v int);
CREATE TABLE b (id int PRIMARY KEY, v int);
CREATE TABLE c (id int PRIMARY KEY, name text);
CREATE TABLE nokey (v int, w text);
INSERT INTO a VALUES (1, 'one', 10), (2, 'two', NULL);
INSERT INTO b VALUES (1, 10);
INSERT INTO c VALUES (1, 'x');
INSERT INTO nokey VALUES (5, 'five');
