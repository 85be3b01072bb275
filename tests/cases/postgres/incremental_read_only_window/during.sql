-- a notification goes out a moment before the second view is taken, for which the pauses are
BEGIN;
INSERT INTO b VALUES (1, 'kept open');
PREPARE TRANSACTION '{prefix}';
INSERT INTO a VALUES (6, 'x6');
-- wait
-- signal {"id": "s1", "type": "execute-snapshot", "data": {"data-collections": ["public.a"], "type": "incremental"}}
-- records notices 3
SELECT pg_sleep(2);
UPDATE a SET txt = 'y' WHERE pk = 1;
-- records notices 4
SELECT pg_sleep(2);
DELETE FROM a WHERE pk = 3;
-- records notices 5
SELECT pg_sleep(2);
INSERT INTO a VALUES (7, 'beyond the greatest key');
-- records notices 7
SELECT pg_sleep(2);
COMMIT PREPARED '{prefix}';
-- wait
-- records notices 7
SELECT pg_sleep(2);
