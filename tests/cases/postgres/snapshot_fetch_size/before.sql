CREATE TABLE a (pk int PRIMARY KEY);
INSERT INTO a SELECT generate_series(1, 100);
