CREATE TABLE "a-b" (pk int PRIMARY KEY, "k-1" int NOT NULL, "m m" text, "x-x" text);
ALTER TABLE "a-b" REPLICA IDENTITY FULL;
INSERT INTO "a-b" VALUES (1, 2, 'secret', 'gone');
