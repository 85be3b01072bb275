INSERT INTO "a-b" VALUES (2, 'y');
