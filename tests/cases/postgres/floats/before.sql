CREATE TABLE a (pk int PRIMARY KEY, f real, d double precision);
INSERT INTO a VALUES (1, 3.3, 3.3), (2, 1e10, 1e10), (3, 'NaN', 'NaN'), (4, 'Infinity', '-Infinity');
