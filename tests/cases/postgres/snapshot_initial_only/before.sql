CREATE TABLE a (pk serial PRIMARY KEY, aa integer);
CREATE TABLE b (pk serial PRIMARY KEY, bb text);
INSERT INTO a (aa) VALUES (1), (2), (3);
INSERT INTO b (bb) VALUES ('x');
