UPDATE a SET n = 2;
UPDATE a SET text = 'new' WHERE id = 1;
INSERT INTO a VALUES (3, repeat('c', 10000), repeat('d', 10000), 'short', 1);
UPDATE a SET n = 3 WHERE id = 3;
UPDATE a SET id = 4 WHERE id = 3;
DELETE FROM a;
