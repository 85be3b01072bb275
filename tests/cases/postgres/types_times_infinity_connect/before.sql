CREATE TABLE t (
    id int PRIMARY KEY,
    d date,
    ts timestamp,
    ts3 timestamp(3),
    tz timestamptz,
    tz3 timestamptz(3)
);
INSERT INTO t (id, d, ts, ts3, tz, tz3) VALUES (1, 'infinity', 'infinity', 'infinity', 'infinity', 'infinity');
INSERT INTO t (id, d, ts, ts3, tz, tz3) VALUES (2, '-infinity', '-infinity', '-infinity', '-infinity', '-infinity');
INSERT INTO t (id) VALUES (3);
CREATE TABLE ta (
    id int PRIMARY KEY,
    da date[],
    tsa timestamp[],
    tza timestamptz[],
    ts3a timestamp(3)[]
);
INSERT INTO ta (id, da, tsa, tza, ts3a) VALUES (1, '{infinity,-infinity}', '{infinity,-infinity}', '{infinity,-infinity}', '{infinity}');
INSERT INTO ta (id) VALUES (2);
