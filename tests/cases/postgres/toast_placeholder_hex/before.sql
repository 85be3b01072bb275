CREATE TABLE a (id int PRIMARY KEY, text text, raw bytea, n int);
ALTER TABLE a ALTER text SET STORAGE EXTERNAL;
ALTER TABLE a ALTER raw SET STORAGE EXTERNAL;
INSERT INTO a VALUES (1, repeat('a', 10000), decode(repeat('ff', 10000), 'hex'), 1);
