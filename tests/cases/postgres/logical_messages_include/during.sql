SELECT pg_logical_emit_message(false, 'foo', 'bar');
SELECT pg_logical_emit_message(true, 'other', 'bar');
INSERT INTO a VALUES (1, 'x');
