CREATE TABLE a (pk int PRIMARY KEY, txt text);
INSERT INTO a VALUES (1, 'x');
