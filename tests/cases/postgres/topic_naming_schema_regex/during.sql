INSERT INTO "s ö"."t_ä 1" VALUES (2, 'y');
INSERT INTO orders_1 VALUES (2, 'y');
UPDATE orders_1 SET pk = 3 WHERE pk = 2;
DELETE FROM orders_1 WHERE pk = 3;
INSERT INTO orders_2 VALUES (2, 'y');
INSERT INTO nokey VALUES ('y');
UPDATE nokey SET v = 'z' WHERE v = 'y';
DELETE FROM nokey WHERE v = 'z';
TRUNCATE nokey, orders_2;
