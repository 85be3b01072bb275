UPDATE a SET n = 2;
-- wait
BEGIN;
UPDATE a SET n = 2;
UPDATE a SET n = 3;
UPDATE a SET v = 'x';
COMMIT;
