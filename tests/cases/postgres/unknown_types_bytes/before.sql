CREATE TYPE composite AS (x int, y text);
CREATE TABLE a (pk int PRIMARY KEY, c circle, b box, l line, s lseg, p path, g polygon, v tsvector, o composite, w pg_lsn, n int);
INSERT INTO a VALUES (1, '((10, 20),10)', '(1,1),(0,0)', '{-1,0,0}', '[(0,0),(0,1)]', '((0,0),(0,1))', '((0,0),(0,1),(1,1))', 'a fat cat', '(1,x)', '0/ABC', 1);
