CREATE TABLE a (pk int PRIMARY KEY, "a b" text, "a-b" text);
INSERT INTO a VALUES (1, 'x', 'y');
