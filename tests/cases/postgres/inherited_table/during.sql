INSERT INTO child VALUES (3, 3, 3);
UPDATE parent SET n = 5;
