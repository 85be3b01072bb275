CREATE TABLE a (id int PRIMARY KEY, mandatory_text text NOT NULL, text text, short text, n int);
ALTER TABLE a ALTER mandatory_text SET STORAGE EXTERNAL;
ALTER TABLE a ALTER text SET STORAGE EXTERNAL;
INSERT INTO a VALUES (1, repeat('a', 10000), repeat('b', 10000), 'short', 1);
INSERT INTO a VALUES (2, 'small', NULL, 'short', 1);
