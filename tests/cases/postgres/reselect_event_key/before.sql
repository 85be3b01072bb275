CREATE TABLE a (pk int PRIMARY KEY, u int NOT NULL, w text NOT NULL, v text);
