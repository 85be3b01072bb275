INSERT INTO f (id) VALUES (2);
UPDATE f SET i4_0 = NULL, t_0 = NULL, n2_0 = NULL, ts_0 = NULL, b_0 = NULL, f8_0 = NULL, tz_0 = NULL, b3_0 = NULL WHERE id = 2;
