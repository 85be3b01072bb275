CREATE TABLE a (pk int PRIMARY KEY, txt text);
