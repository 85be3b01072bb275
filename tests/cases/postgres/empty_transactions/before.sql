CREATE TABLE a (pk int PRIMARY KEY, txt text);
CREATE TABLE hidden (n int);
