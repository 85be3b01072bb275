CREATE TABLE a (id int PRIMARY KEY, j json, b jsonb, v varchar(20000), num numeric, n int);
ALTER TABLE a ALTER j SET STORAGE EXTERNAL, ALTER b SET STORAGE EXTERNAL, ALTER v SET STORAGE EXTERNAL, ALTER num SET STORAGE EXTERNAL;
INSERT INTO a VALUES (1, ('"' || repeat('a', 10000) || '"')::json, ('"' || repeat('a', 10000) || '"')::jsonb, repeat('v', 10000), (repeat('9', 9000))::numeric, 1);
