CREATE TABLE a (pk int PRIMARY KEY, c1 varchar(20), c2 varchar(20), c3 varchar(20), c4 text, d1 text, d2 varchar(9), d3 char(3));
INSERT INTO a VALUES (1, 'abcdef', 'abcdef', 'abcdef', 'abcdef', 'abcdef', 'abcdef', 'abc');
