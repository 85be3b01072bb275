-- a notification goes out a moment before the second view is taken, for which the pauses are
BEGIN;
INSERT INTO d VALUES (1, 'kept open');
PREPARE TRANSACTION '{prefix}';
INSERT INTO d VALUES (2, 'x');
-- wait
-- signal {"id": "s1", "type": "execute-snapshot", "data": {"data-collections": ["public.a", "public.b", "public.c"], "type": "incremental"}}
-- records notices 3
SELECT pg_sleep(0.3);
-- signal {"id": "s2", "type": "stop-snapshot", "data": {"data-collections": ["public.b"]}}
-- records notices 4
SELECT pg_sleep(0.3);
-- signal {"id": "s3", "type": "stop-snapshot", "data": {"data-collections": ["public.a"]}}
-- records notices 5
SELECT pg_sleep(0.3);
INSERT INTO d VALUES (3, 'x');
-- records notices 6
SELECT pg_sleep(0.3);
-- signal {"id": "s4", "type": "stop-snapshot", "data": {}}
-- records notices 7
SELECT pg_sleep(0.3);
COMMIT PREPARED '{prefix}';
-- wait
