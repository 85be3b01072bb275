CREATE TABLE a (pk int PRIMARY KEY, txt text);
INSERT INTO a SELECT n, 'x' || n FROM generate_series(1, 5) n;
CREATE TABLE b (pk int PRIMARY KEY, txt text);
INSERT INTO b VALUES (1, 'x');
CREATE TABLE {slot} (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048));
