CREATE TABLE a (pk int PRIMARY KEY, txt text);
CREATE TABLE b (pk int PRIMARY KEY);
