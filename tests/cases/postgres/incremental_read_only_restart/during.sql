-- a notification goes out a moment before the second view is taken, for which the pauses are
BEGIN;
INSERT INTO b VALUES (1, 'kept open');
PREPARE TRANSACTION '{prefix}';
INSERT INTO b VALUES (2, 'x');
-- wait
-- signal {"id": "s1", "type": "execute-snapshot", "data": {"data-collections": ["public.a"], "type": "incremental"}}
-- records notices 3
SELECT pg_sleep(0.3);
INSERT INTO b VALUES (3, 'x');
-- records notices 4
SELECT pg_sleep(0.3);
-- restart
INSERT INTO b VALUES (4, 'x');
COMMIT PREPARED '{prefix}';
-- records notices 9
-- wait
