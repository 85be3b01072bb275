INSERT INTO a VALUES (2, '{bar,baz}', 2);
