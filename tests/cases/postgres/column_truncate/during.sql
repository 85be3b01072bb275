INSERT INTO a VALUES (3, 'hello', 'h😀😀', 'abc'), (4, NULL, 'ä', NULL);
