-- stop
INSERT INTO a VALUES (2, 'y');
UPDATE a SET txt = 'z';
BEGIN;
DELETE FROM a WHERE pk = 1;
INSERT INTO a VALUES (3, 'z');
COMMIT;
-- start
INSERT INTO a VALUES (4, 'z');
