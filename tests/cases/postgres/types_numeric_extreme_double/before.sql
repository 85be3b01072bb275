CREATE TABLE n (
    id int PRIMARY KEY,
    n numeric,
    na numeric[]
);
INSERT INTO n (id, n, na) VALUES (1, repeat('9', 500)::numeric, '{1e400,-1e400,0.000}');
INSERT INTO n (id, n) VALUES (2, ('0.' || repeat('0', 400) || '1')::numeric);
INSERT INTO n (id, n) VALUES (3, ('-1e308')::numeric);
INSERT INTO n (id, n) VALUES (4, '123456789.123456789123456789');
INSERT INTO n (id, n) VALUES (5, '9007199254740993');
INSERT INTO n (id, n) VALUES (6, '0.1000000000000000055511151231257827');
INSERT INTO n (id, n) VALUES (7, '2e23');
INSERT INTO n (id, n) VALUES (8, '5e-324');
INSERT INTO n (id, n) VALUES (9, '2.4703282292062327e-324');
INSERT INTO n (id) VALUES (10);
