CREATE TABLE a (pk int PRIMARY KEY, txt text);
INSERT INTO a SELECT n, 'x' || n FROM generate_series(1, 5) n;
CREATE TABLE b (pk int PRIMARY KEY, txt text);
