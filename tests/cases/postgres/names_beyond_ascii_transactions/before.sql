CREATE TABLE "täble" (pk int PRIMARY KEY, "cölumn" text);
INSERT INTO "täble" VALUES (1, 'x');
