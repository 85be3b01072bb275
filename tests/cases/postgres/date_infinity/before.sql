CREATE TABLE a (pk int PRIMARY KEY, dt date);
INSERT INTO a VALUES (1, 'infinity'), (2, '-infinity');
