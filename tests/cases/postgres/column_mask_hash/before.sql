CREATE TABLE a (pk int PRIMARY KEY, aa varchar(255), short varchar(20));
INSERT INTO a VALUES (1, 'hello', 'hello'), (2, NULL, NULL);
