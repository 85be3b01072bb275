INSERT INTO a VALUES (2, 'x', 'y');
