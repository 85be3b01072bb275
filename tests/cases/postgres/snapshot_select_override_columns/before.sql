CREATE TABLE a (id int PRIMARY KEY, v text, w int);
CREATE TABLE b (id int PRIMARY KEY, v text, w int, x int DEFAULT 5);
CREATE TABLE c (id int PRIMARY KEY, v text);
CREATE TABLE d (id int PRIMARY KEY, v text);
INSERT INTO a SELECT i, 'a' || i, i FROM generate_series(1, 5) i;
INSERT INTO b SELECT i, 'b' || i, i FROM generate_series(1, 3) i;
INSERT INTO c VALUES (1, 'c'); INSERT INTO d VALUES (1, 'd');
