CREATE SCHEMA s1;
CREATE SCHEMA s2;
CREATE TABLE s1.a (pk serial PRIMARY KEY, aa integer);
CREATE TABLE s2.a (pk serial PRIMARY KEY, aa integer, bb varchar(20));
INSERT INTO s1.a (aa) VALUES (1);
INSERT INTO s2.a (aa) VALUES (1);
