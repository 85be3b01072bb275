CREATE TABLE a (id int PRIMARY KEY, v text);
CREATE TABLE b (id int PRIMARY KEY, v text);
INSERT INTO a SELECT i, 'a' || i FROM generate_series(1, 3) i;
