INSERT INTO "täble" VALUES (2, 'y');
