CREATE SCHEMA "s-1 $";
CREATE TABLE "s-1 $"."1.t-ä" ("p k" int, "1x" text, "a.b" text, "d$" text, "ümlaut" text, "under_score" text, "UP" text, "ok" text DEFAULT 'x y', "٣" int, "emo😀ji" int, PRIMARY KEY ("p k", "under_score"));
ALTER TABLE "s-1 $"."1.t-ä" REPLICA IDENTITY FULL;
CREATE TABLE "a_b-c" ("p_k-1" int PRIMARY KEY, "2_v" varchar(5));
CREATE TYPE "mo-od" AS ENUM ('a-b', 'c d');
CREATE TABLE plain (pk int PRIMARY KEY, "e-e" "mo-od");
INSERT INTO "s-1 $"."1.t-ä" VALUES (1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 1, 2);
INSERT INTO "a_b-c" VALUES (1, 'x');
INSERT INTO plain VALUES (1, 'a-b');
