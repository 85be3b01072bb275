CREATE TABLE a (pk int PRIMARY KEY, v varchar(20), n numeric(8,3), t timestamp(3), u text);
INSERT INTO a VALUES (1, 'x', 1, now(), 'u');
