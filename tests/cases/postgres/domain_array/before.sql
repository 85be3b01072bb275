CREATE DOMAIN short AS varchar(10);
CREATE TABLE a (pk int PRIMARY KEY, d short[], n int);
INSERT INTO a VALUES (1, '{bar,baz}', 1);
