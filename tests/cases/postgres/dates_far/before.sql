CREATE TABLE a (pk int PRIMARY KEY, ts timestamp, tz timestamptz, dt date);
