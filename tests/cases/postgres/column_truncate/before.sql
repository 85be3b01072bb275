CREATE TABLE a (pk int PRIMARY KEY, aa varchar(20), t text, c char(5));
INSERT INTO a VALUES (1, 'hello', 'hello', 'abc');
