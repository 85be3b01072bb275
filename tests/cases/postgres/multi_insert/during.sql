INSERT INTO a SELECT n, 'x' FROM generate_series(1, 50) n;
UPDATE a SET txt = 'y';
DELETE FROM a;
