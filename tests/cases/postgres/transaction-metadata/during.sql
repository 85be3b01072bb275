BEGIN; INSERT INTO a VALUES (2, 'x'), (3, 'y'); INSERT INTO b VALUES (1, 'z'); INSERT INTO a VALUES (4, 'w'); COMMIT;
UPDATE a SET id = 10 WHERE id = 2;
DELETE FROM a WHERE id = 3;
INSERT INTO ignored VALUES (1);
BEGIN; INSERT INTO ignored VALUES (2); INSERT INTO "B" VALUES (1, 'q'); INSERT INTO b VALUES (2, 'q'); COMMIT;
TRUNCATE a, b;
BEGIN; SELECT pg_logical_emit_message(true, 'p', 'c'); INSERT INTO a VALUES (20, 'x'); COMMIT;
-- restart
INSERT INTO a VALUES (21, 'after');
