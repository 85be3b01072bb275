CREATE TABLE a (pk serial PRIMARY KEY, txt text NOT NULL, n numeric(10,2), t timestamp DEFAULT now());
INSERT INTO a (txt, n) VALUES ('x', 123.45);
