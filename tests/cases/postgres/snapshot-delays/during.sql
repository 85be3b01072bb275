INSERT INTO a VALUES (0, 'streamed', 0);
-- sleep 6
INSERT INTO a VALUES (10, 'streamed', 0);
