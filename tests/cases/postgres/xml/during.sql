INSERT INTO a VALUES (2, '<foo>bar</foo>');
