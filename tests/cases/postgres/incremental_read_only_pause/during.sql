-- a notification goes out a moment before the second view is taken, for which the pauses are
BEGIN;
INSERT INTO a VALUES (6, 'kept open');
PREPARE TRANSACTION '{prefix}';
INSERT INTO a VALUES (7, 'x7');
-- wait
-- signal {"id": "s1", "type": "execute-snapshot", "data": {"data-collections": ["public.a"], "type": "incremental"}}
-- records notices 3
SELECT pg_sleep(0.3);
-- signal {"id": "s2", "type": "pause-snapshot", "data": {}}
-- records notices 4
SELECT pg_sleep(0.3);
UPDATE a SET txt = 'y' WHERE pk = 5;
-- wait
-- signal {"id": "s3", "type": "resume-snapshot", "data": {}}
-- records notices 6
SELECT pg_sleep(0.3);
COMMIT PREPARED '{prefix}';
-- wait
-- records notices 10
SELECT pg_sleep(0.3);
