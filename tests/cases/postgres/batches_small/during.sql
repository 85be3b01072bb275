INSERT INTO a SELECT generate_series(301, 600);
