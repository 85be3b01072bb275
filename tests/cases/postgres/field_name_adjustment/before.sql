CREATE TABLE "a-b" ("p k" int PRIMARY KEY, "1x" text);
INSERT INTO "a-b" VALUES (1, 'x');
