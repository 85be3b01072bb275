CREATE TABLE a (d date, t time(3), ts timestamp(3), txt text, PRIMARY KEY (d, t, ts));
INSERT INTO a VALUES ('2001-02-03', '04:05:06', '2001-02-03 04:05:06', 'x');
