CREATE TABLE a (pk int PRIMARY KEY, txt text);
CREATE PUBLICATION {publication} FOR TABLE a WHERE (pk > 5);
