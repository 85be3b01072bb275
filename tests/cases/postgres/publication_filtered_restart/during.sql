INSERT INTO s1.a VALUES (2, 2, 'y');
INSERT INTO s1.b VALUES (2, 2, 'y');
INSERT INTO s2.a VALUES (2, 2, 'y');
BEGIN;
UPDATE s1.a SET aa = 3;
UPDATE s1.b SET aa = 3;
UPDATE s2.a SET aa = 3;
COMMIT;
DELETE FROM s1.a WHERE pk = 1;
-- restart
INSERT INTO s1.a VALUES (7, 7, 'z');
