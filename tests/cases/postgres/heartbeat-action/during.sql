INSERT INTO a VALUES (2, 'x');
-- sleep 4
