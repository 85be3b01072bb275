CREATE TABLE a (pk int PRIMARY KEY, n numeric(10,2)[], v numeric[]);
INSERT INTO a VALUES (1, '{1.2,3.4,5.6}', '{1.1,2.22,3.333}');
