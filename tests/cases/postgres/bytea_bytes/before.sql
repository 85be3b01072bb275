CREATE TABLE a (id int PRIMARY KEY, raw bytea, must bytea NOT NULL);
INSERT INTO a VALUES (1, E'\\001\\002\\003', '\xfbff');
INSERT INTO a VALUES (2, NULL, '');
