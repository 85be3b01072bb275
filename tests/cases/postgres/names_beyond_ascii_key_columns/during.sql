INSERT INTO a VALUES (2, 2);
UPDATE a SET "schlüssel" = 3 WHERE pk = 2;
DELETE FROM a WHERE pk = 2;
INSERT INTO "日本" VALUES (2, 'x');
UPDATE "日本" SET id = 3 WHERE id = 2;
DELETE FROM "日本" WHERE id = 3;
SELECT pg_logical_emit_message(true, 'prä', 'ä');
