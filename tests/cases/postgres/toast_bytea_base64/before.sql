CREATE TABLE a (id int PRIMARY KEY, raw bytea, must bytea NOT NULL DEFAULT 'x', n int);
ALTER TABLE a ALTER raw SET STORAGE EXTERNAL;
INSERT INTO a VALUES (1, decode(repeat('ff', 10000), 'hex'), 'a', 1);
