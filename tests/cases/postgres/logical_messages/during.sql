SELECT pg_logical_emit_message(false, 'foo', 'bar');
SELECT pg_logical_emit_message(true, 'txn_foo', 'txn_bar');
INSERT INTO a VALUES (1, 'x');
BEGIN;
INSERT INTO a VALUES (2, 'x');
SELECT pg_logical_emit_message(true, 'in', 'side');
SELECT pg_logical_emit_message(false, 'out', 'side');
INSERT INTO a VALUES (3, 'x');
COMMIT;
