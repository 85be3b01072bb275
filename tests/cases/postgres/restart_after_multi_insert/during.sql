INSERT INTO a SELECT n, 'x' FROM generate_series(1, 50) n;
-- restart
INSERT INTO a SELECT n, 'x' FROM generate_series(51, 60) n;
