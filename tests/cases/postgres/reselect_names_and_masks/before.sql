CREATE TABLE a (pk int PRIMARY KEY, n int, m text, h text, c text);
ALTER TABLE a ALTER m SET STORAGE EXTERNAL, ALTER h SET STORAGE EXTERNAL, ALTER c SET STORAGE EXTERNAL;
CREATE TABLE b (pk int PRIMARY KEY, "v-v" text);
INSERT INTO a SELECT 1, 1, s, s, s FROM (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i) AS g(s);
