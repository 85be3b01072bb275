CREATE TABLE a (pk int PRIMARY KEY, j json, b jsonb, d jsonb DEFAULT '{}', m json NOT NULL DEFAULT '{"a": 1}');
INSERT INTO a VALUES (1, '{"b" : 1,   "a":[1, 2.0]}', '{"b" : 1,   "a":[1, 2.0]}');
