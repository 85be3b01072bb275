CREATE TABLE a (pk int PRIMARY KEY, ts timestamp(6), ts_ms timestamp(3), tz timestamptz, dt date);
INSERT INTO a VALUES (1, 'infinity', 'infinity', 'infinity', NULL), (2, '-infinity', '-infinity', '-infinity', NULL);
