CREATE TABLE a (pk int PRIMARY KEY, x text, y text);
CREATE PUBLICATION {publication} FOR TABLE a (pk, y);
INSERT INTO a VALUES (1, 'x', 'y');
