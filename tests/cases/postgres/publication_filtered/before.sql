CREATE SCHEMA s1;
CREATE SCHEMA s2;
CREATE TABLE s1.a (pk int PRIMARY KEY, aa int, bb text);
CREATE TABLE s1.b (pk int PRIMARY KEY, aa int, bb text);
CREATE TABLE s2.a (pk int PRIMARY KEY, aa int, bb text);
INSERT INTO s1.a VALUES (1, 1, 'x');
INSERT INTO s1.b VALUES (1, 1, 'x');
INSERT INTO s2.a VALUES (1, 1, 'x');
