INSERT INTO a VALUES (0, 'streamed', 0);
-- restart
INSERT INTO a VALUES (10, 'streamed', 0);
