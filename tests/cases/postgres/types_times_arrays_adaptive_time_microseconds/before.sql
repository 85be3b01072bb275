CREATE TABLE t (
    id int PRIMARY KEY,
    da date[],
    tsa timestamp[],
    ts3a timestamp(3)[],
    tza timestamptz[],
    tz3a timestamptz(3)[],
    tma time[],
    tm3a time(3)[],
    ttza timetz[],
    iva interval[]
);
INSERT INTO t (id, da, tsa, ts3a, tza, tz3a, tma, tm3a, ttza, iva) VALUES (1, '{2020-02-29,1970-01-01,NULL}', '{"2016-11-04 13:51:30.123456",NULL}', '{"2016-11-04 13:51:30.123456"}', '{"2016-11-04 13:51:30.123456+02",NULL}', '{"2016-11-04 13:51:30.123456+02"}', '{13:51:30.123456,NULL}', '{13:51:30.123456}', '{13:51:30.123789+02,NULL}', '{1 day}');
INSERT INTO t (id, da, tsa, tma, ttza) VALUES (2, '{}', '{}', '{24:00:00}', '{13:51:30+00}');
INSERT INTO t (id, da) VALUES (3, '{{2020-02-29},{2020-03-01}}');
INSERT INTO t (id) VALUES (4);
CREATE TABLE t2 (
    id int PRIMARY KEY,
    da date[],
    tsa timestamp[],
    ts3a timestamp(3)[],
    tza timestamptz[],
    tz3a timestamptz(3)[],
    ttza timetz[]
);
INSERT INTO t2 (id, da, tsa, ts3a, tza, tz3a, ttza) VALUES (1, '{2020-02-29,1970-01-01,NULL}', '{"2016-11-04 13:51:30.123456",NULL}', '{"2016-11-04 13:51:30.123456"}', '{"2016-11-04 13:51:30.123456+02",NULL}', '{"2016-11-04 13:51:30.123456+02"}', '{13:51:30.123789+02,NULL}');
INSERT INTO t2 (id, da, tsa, ttza) VALUES (2, '{}', '{}', '{13:51:30+00}');
INSERT INTO t2 (id, da) VALUES (3, '{{2020-02-29},{2020-03-01}}');
INSERT INTO t2 (id) VALUES (4);
CREATE TABLE t_nn (
    id int PRIMARY KEY,
    da date[] NOT NULL,
    tsa timestamp[] NOT NULL,
    ts3a timestamp(3)[] NOT NULL,
    tza timestamptz[] NOT NULL,
    tz3a timestamptz(3)[] NOT NULL,
    ttza timetz[] NOT NULL
);
INSERT INTO t_nn VALUES (1, '{2020-02-29,1970-01-01,NULL}', '{"2016-11-04 13:51:30.123456",NULL}', '{"2016-11-04 13:51:30.123456"}', '{"2016-11-04 13:51:30.123456+02",NULL}', '{"2016-11-04 13:51:30.123456+02"}', '{13:51:30.123789+02,NULL}');
