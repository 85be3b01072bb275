INSERT INTO a VALUES (3, 'P1Y2M3DT4H5M6.78S', '1.23456 seconds', '3 years', NULL, '0'), (4, '-1 year -2 months +3 days -04:05:06.78', NULL, NULL, '1 hour', '1 month');
INSERT INTO a VALUES (5, '178000000 years', '00:00:00.000001', '-1 month', '-1 day', '100:00:00');
DELETE FROM a WHERE pk = 1;
