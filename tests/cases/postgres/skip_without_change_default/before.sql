CREATE TABLE a (id int PRIMARY KEY, white int, black int);
INSERT INTO a VALUES (1, 1, 1);
