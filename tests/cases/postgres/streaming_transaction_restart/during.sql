INSERT INTO a VALUES (0, 'before');
BEGIN;
INSERT INTO a SELECT n, repeat('x', 100) FROM generate_series(1, 3000) n;
-- restart
INSERT INTO a SELECT n, repeat('x', 100) FROM generate_series(3001, 6000) n;
COMMIT;
INSERT INTO a VALUES (-1, 'after');
