CREATE TABLE "dbz_878_some|test@data" (pk int PRIMARY KEY, aa int);
INSERT INTO "dbz_878_some|test@data" VALUES (1, 1);
