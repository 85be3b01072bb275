CREATE TABLE a (pk int PRIMARY KEY, txt text);
INSERT INTO a SELECT n, 'x' || n FROM generate_series(1, 5) n;
CREATE TABLE b (pk int PRIMARY KEY, txt text);
CREATE TABLE c (n int, txt text);
INSERT INTO c VALUES (1, 'x'), (2, 'y');
CREATE TABLE d (p1 int, p2 text, n int, PRIMARY KEY (p1, p2));
INSERT INTO d SELECT n / 3, 'k' || n, n FROM generate_series(1, 7) n;
