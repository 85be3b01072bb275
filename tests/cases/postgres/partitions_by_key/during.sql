INSERT INTO a SELECT n, 'y' FROM generate_series(41, 80) n;
UPDATE a SET pk = pk + 1000 WHERE pk < 10;
DELETE FROM b WHERE y < 20;
