CREATE TABLE a (pk int PRIMARY KEY, i4 int4range, i8 int8range, n numrange, ts tsrange, tz tstzrange, d daterange);
INSERT INTO a VALUES (1, '(1,10]', '[1,2)', '[5.3,6.3)', '[2019-03-31 15:30:00, infinity]', '[2017-06-05 11:29:12.549426+00,]', '[2019-03-31,infinity)');
