INSERT INTO a SELECT n, repeat('x', 100) FROM generate_series(1, 20000) n;
