CREATE TABLE a (pk text PRIMARY KEY, n int);
INSERT INTO a VALUES ('ä€😀"', 1);
