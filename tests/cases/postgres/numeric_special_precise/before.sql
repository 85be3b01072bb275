CREATE TABLE a (pk int PRIMARY KEY, d decimal(3,2), n numeric);
INSERT INTO a VALUES (1, 'NaN', 'NaN');
