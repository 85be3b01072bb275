INSERT INTO "a-b" VALUES (2, 3, 'secret', 'gone');
UPDATE "a-b" SET "k-1" = 4 WHERE pk = 2;
DELETE FROM "a-b" WHERE pk = 2;
