CREATE TABLE a (pk serial PRIMARY KEY, aa integer);
INSERT INTO a (aa) VALUES (1), (2);
