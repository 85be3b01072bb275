INSERT INTO a VALUES (2, '{"b" : 1,   "a":[1, 2.0]}', '{"b" : 1,   "a":[1, 2.0], "u": "ä😀"}', NULL);
INSERT INTO a VALUES (3, 'null', '"x"', '[]', '1');
