CREATE TABLE a (pk int PRIMARY KEY, n int, t text, v text);
ALTER TABLE a ALTER t SET STORAGE EXTERNAL;
ALTER TABLE a REPLICA IDENTITY FULL;
INSERT INTO a SELECT 1, 1, s, NULL FROM (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i) AS g(s);
