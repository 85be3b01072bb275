CREATE TABLE t (
    id int PRIMARY KEY,
    d date,
    ts timestamp,
    ts3 timestamp(3),
    tz timestamptz,
    da date[],
    tsa timestamp[],
    tza timestamptz[]
);
INSERT INTO t (id, d, ts, ts3, tz, da, tsa, tza) VALUES (1, '1582-10-14', '1582-10-14 12:00', '1582-10-14 12:00', '1582-10-14 12:00+00', '{1500-02-28,0001-01-01}', '{1500-02-28}', '{1500-02-28 12:00+00}');
INSERT INTO t (id, d, ts, ts3, tz, da) VALUES (2, '1582-10-04', '1582-10-04 12:00:00.5', '1582-10-04 12:00:00.5', '1582-10-04 12:00:00.5+00', '{"0001-12-31 BC"}');
INSERT INTO t (id, d, ts, ts3, tz) VALUES (3, '1500-02-28', '1500-02-28 12:00', '1500-02-28 12:00', '1500-02-28 12:00+00');
INSERT INTO t (id, d, ts, ts3, tz) VALUES (4, '1500-03-01', '1500-03-01', '1500-03-01', '1500-03-01+00');
INSERT INTO t (id, d, ts, ts3, tz) VALUES (5, '0001-01-01', '0001-01-01', '0001-01-01', '0001-01-01+00');
INSERT INTO t (id, d, ts, ts3, tz) VALUES (6, '0001-12-31 BC', '0001-12-31 23:59:59.999999 BC', '0001-12-31 23:59:59.999 BC', '0001-01-01+00 BC');
INSERT INTO t (id, d, ts, ts3, tz) VALUES (7, '0005-02-29 BC', '4713-01-01 BC', '4713-01-01 BC', '4714-12-31 23:59:59.999999+00 BC');
INSERT INTO t (id, d, ts, ts3, tz) VALUES (8, '4713-01-01 BC', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999', '294276-12-31 23:59:59.999999+00');
INSERT INTO t (id, d, ts, tz) VALUES (9, '1000-02-28', '290000-01-01', '10000-01-01+00');
INSERT INTO t (id, d, ts, tz) VALUES (10, '0900-07-01', '1000-02-28', '1000-02-28+00');
INSERT INTO t (id, d, ts) VALUES (11, '0100-03-01', '0900-07-01');
INSERT INTO t (id) VALUES (12);
