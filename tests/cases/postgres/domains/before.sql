CREATE DOMAIN numeric82 AS numeric(8,2);
CREATE DOMAIN numericex AS numeric82 CHECK (VALUE > 0);
CREATE DOMAIN short_text AS varchar(5) NOT NULL;
CREATE DOMAIN stamp AS timestamp(3);
CREATE TABLE a (pk int PRIMARY KEY, v numericex, t short_text, s stamp, d numeric82 DEFAULT 1.5);
INSERT INTO a VALUES (1, 123.45, 'x', '2020-01-01', 2);
