CREATE TABLE a (pk text PRIMARY KEY, n int, txt text);
INSERT INTO a SELECT chr(110 - n), n, 'x' FROM generate_series(1, 5) n;
