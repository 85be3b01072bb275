CREATE TABLE n (
    id int PRIMARY KEY,
    n numeric,
    n102 numeric(10,2)
);
INSERT INTO n (id, n, n102) VALUES (1, 'NaN', 'NaN');
INSERT INTO n (id, n, n102) VALUES (2, 'Infinity', '1');
INSERT INTO n (id, n) VALUES (3, '-Infinity');
INSERT INTO n (id, n) VALUES (4, '1');
INSERT INTO n (id) VALUES (5);
