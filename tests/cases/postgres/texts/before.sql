CREATE TABLE a (pk int PRIMARY KEY, c char(5), v varchar(10), t text, n name, one "char");
INSERT INTO a VALUES (1, 'ab', 'ab', 'ä€😀', 'name', 'x'), (2, '', '', '', '', '');
