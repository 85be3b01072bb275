INSERT INTO a (pk, ts, ts_ms, tz, dt, ti, ti_ms, n, c, d) VALUES (1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2020-01-01');
