INSERT INTO a VALUES (2, 'abcdef', NULL, 'abcdef', NULL, 'abcdef', 'abcdef', 'abc');
