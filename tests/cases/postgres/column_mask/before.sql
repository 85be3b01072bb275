CREATE TABLE a (pk int PRIMARY KEY, aa varchar(255), n int);
INSERT INTO a VALUES (1, 'secret', 5), (2, NULL, NULL);
