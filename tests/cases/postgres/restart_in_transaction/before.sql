CREATE TABLE a (pk int PRIMARY KEY, aa integer);
