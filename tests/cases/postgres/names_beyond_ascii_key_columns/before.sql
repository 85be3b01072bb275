CREATE TABLE a (pk int, "schlüssel" int, "wört" text DEFAULT 'd', n int NOT NULL DEFAULT 4, PRIMARY KEY (pk, "schlüssel"));
CREATE TABLE "日本" (id int PRIMARY KEY, "名" text NOT NULL);
INSERT INTO a VALUES (1, 2);
INSERT INTO "日本" VALUES (1, 'x');
