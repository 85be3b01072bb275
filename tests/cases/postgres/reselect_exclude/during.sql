UPDATE a SET n = 2;
BEGIN;
INSERT INTO a VALUES (5, 1);
UPDATE a SET t = 'x', v = 'y' WHERE pk = 5;
COMMIT;
