INSERT INTO a VALUES (0, 'streamed', 0);
