CREATE TABLE a (pk int PRIMARY KEY, aa varchar(255), short varchar(20));
