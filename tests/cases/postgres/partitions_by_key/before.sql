CREATE TABLE a (pk int PRIMARY KEY, txt text);
CREATE TABLE b (x text, y bigint, PRIMARY KEY (x, y));
INSERT INTO a SELECT n, 'x' FROM generate_series(1, 40) n;
INSERT INTO b SELECT 'k' || n, n FROM generate_series(1, 40) n;
