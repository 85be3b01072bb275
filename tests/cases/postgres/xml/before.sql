CREATE TABLE a (pk int PRIMARY KEY, x text);
INSERT INTO a VALUES (1, '<a/>');
