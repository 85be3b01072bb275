SELECT pg_logical_emit_message(false, 'foo', 'bar');
SELECT pg_logical_emit_message(true, 'txn_foo', 'txn_bar');
SELECT pg_logical_emit_message(true, 'FOO2', 'x');
SELECT pg_logical_emit_message(true, 'bar', 'y');
INSERT INTO a VALUES (2, 20);
