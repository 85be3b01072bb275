CREATE TABLE a (pk int PRIMARY KEY, v text);
CREATE TABLE signals (id varchar(64) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048));
INSERT INTO a VALUES (1, NULL);
