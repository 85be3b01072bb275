CREATE SCHEMA s1;
CREATE SCHEMA s2;
CREATE TABLE s1.a (pk serial PRIMARY KEY, aa int);
CREATE TABLE s2.a (pk serial PRIMARY KEY, aa int, bb varchar(20));
