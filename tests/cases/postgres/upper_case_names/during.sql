INSERT INTO "Upper" VALUES (2, 'y');
UPDATE "Upper" SET "Pk" = 3 WHERE "Pk" = 2;
