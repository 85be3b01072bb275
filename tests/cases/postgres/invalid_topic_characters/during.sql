INSERT INTO "dbz_878_some|test@data" VALUES (2, 2);
