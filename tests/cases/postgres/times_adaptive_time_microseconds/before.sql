CREATE TABLE times (pk int PRIMARY KEY, ts timestamp, ts_ms timestamp(3), ts_us timestamp(6), ts_s timestamp(0), tsneg timestamp(6), tz timestamptz, tz_ms timestamptz(3), tz_s timestamptz(0),
  date date, ti time, ti_ms time(3), ti_us time(6), ti_s time(0));
INSERT INTO times VALUES (1, '2016-11-04T13:51:30.123456', '2016-11-04T13:51:30.123456', '2016-11-04T13:51:30.123456', '2016-11-04T13:51:30.123456', '1936-10-25T22:10:12.608', '2016-11-04T13:51:30.123456+02:00', '2016-11-04T13:51:30.123+02:00', '2016-11-04T13:51:30+02:00', '2016-11-04', '13:51:30', '13:51:30.123', '13:51:30.123789', '24:00:00');
INSERT INTO times (pk) VALUES (2);
