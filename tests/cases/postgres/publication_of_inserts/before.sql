CREATE TABLE a (pk int PRIMARY KEY, txt text);
CREATE PUBLICATION {publication} FOR ALL TABLES WITH (publish = 'insert');
