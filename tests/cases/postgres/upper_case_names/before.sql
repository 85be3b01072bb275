CREATE TABLE "Upper" ("Pk" int PRIMARY KEY, "Text" text);
INSERT INTO "Upper" VALUES (1, 'x');
