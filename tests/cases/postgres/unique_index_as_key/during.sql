INSERT INTO expression VALUES (2, 'y');
INSERT INTO partial VALUES (2, 'y');
INSERT INTO several VALUES (2, 'y', 3);
DELETE FROM several WHERE a = 1;
