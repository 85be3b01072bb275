CREATE TABLE a (pk int PRIMARY KEY, t timetz, t3 timetz(3), t0 timetz(0));
INSERT INTO a VALUES (1, '13:51:30.123789+02:00', '13:51:30.123+02:00', '13:51:30+02:00'), (2, '00:00:00-05', NULL, '23:59:59+14');
