CREATE TABLE a (pk int PRIMARY KEY, i interval, i3 interval(3), y interval year to month, d interval DEFAULT '1 day 02:00:00', must interval NOT NULL);
INSERT INTO a VALUES (1, 'P1Y2M3DT4H5M6.78S', '1.23456 seconds', '3 years', NULL, '0'), (2, '-1 year -2 months +3 days -04:05:06.78', NULL, NULL, '1 hour', '1 month');
