INSERT INTO "s-1 $"."1.t-ä" VALUES (2, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 1, 2);
UPDATE "s-1 $"."1.t-ä" SET "under_score" = 'z' WHERE "p k" = 2;
DELETE FROM "s-1 $"."1.t-ä" WHERE "p k" = 2;
INSERT INTO "a_b-c" VALUES (2, 'y');
UPDATE "a_b-c" SET "p_k-1" = 3 WHERE "p_k-1" = 2;
INSERT INTO plain VALUES (2, 'c d');
