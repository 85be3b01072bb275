CREATE TABLE a (pk int PRIMARY KEY, b boolean, t boolean DEFAULT true, f boolean NOT NULL DEFAULT false);
INSERT INTO a VALUES (1, true, NULL, true);
