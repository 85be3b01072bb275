CREATE EXTENSION hstore;
CREATE TABLE h (id int PRIMARY KEY, h hstore, ha hstore[]);
INSERT INTO h SELECT n, hstore(array_agg(md5(i::text)), array_agg(i::text)), array_agg(hstore(ARRAY['Aa', 'BB', 'C#', chr(228 + i), 'k' || i], ARRAY['1', '2', NULL, E'\n"\\', chr(128512)])) FROM generate_series(1, 6) n, LATERAL generate_series(1, 7 * n * n) i GROUP BY n;
