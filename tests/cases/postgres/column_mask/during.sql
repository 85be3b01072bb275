INSERT INTO a VALUES (3, 'secret', 5), (4, NULL, NULL);
