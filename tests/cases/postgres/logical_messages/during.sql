SELECT pg_logical_emit_message(false, 'foo', 'bar');
SELECT pg_logical_emit_message(true, 'txn_foo', 'txn_bar');
INSERT INTO a VALUES (2, 20);
BEGIN; INSERT INTO a VALUES (3, 30); SELECT pg_logical_emit_message(true, 'in', 'between'); SELECT pg_logical_emit_message(false, 'out', 'of it'); INSERT INTO a VALUES (4, 40); COMMIT;
SELECT pg_logical_emit_message(false, '', '');
SELECT pg_logical_emit_message(true, 'bytes', '\x00ff10'::bytea);
SELECT pg_logical_emit_message(false, 'quote "x"', E'line\nä');
INSERT INTO a VALUES (5, 50);
