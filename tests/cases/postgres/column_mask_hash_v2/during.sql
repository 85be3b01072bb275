INSERT INTO a VALUES (3, 'hello', 'hello'), (4, NULL, 'ä');
