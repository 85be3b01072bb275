CREATE TABLE n (
    id int PRIMARY KEY,
    n numeric,
    n102 numeric(10,2),
    n5 numeric(5),
    n380 numeric(38,0),
    n10050 numeric(100,50),
    nneg numeric(3,-2),
    nwide numeric(2,4),
    dec decimal(3,2)
);
INSERT INTO n (id, n, n102, n5, n380, n10050, nneg, nwide, dec) VALUES (1, '10.1111', '1.1', '99999', '99999999999999999999999999999999999999', '1.5', '12345', '0.0012', '3.30');
INSERT INTO n (id, n, n102, n5, nneg) VALUES (2, '1000', '-99999999.99', '-1', '-100');
INSERT INTO n (id, n, n102) VALUES (3, '-0.00', '0');
INSERT INTO n (id, n, n102) VALUES (4, '0', '12345678.9');
INSERT INTO n (id, n) VALUES (5, '1e30');
INSERT INTO n (id, n) VALUES (6, '1e-30');
INSERT INTO n (id, n) VALUES (7, '123456789012345678901234567890.123456789');
INSERT INTO n (id, n) VALUES (8, '100.00');
INSERT INTO n (id, n) VALUES (9, '-1.50');
INSERT INTO n (id) VALUES (10);
CREATE TABLE n_nn (
    id int PRIMARY KEY,
    n numeric NOT NULL,
    n102 numeric(10,2) NOT NULL,
    n5 numeric(5) NOT NULL,
    n380 numeric(38,0) NOT NULL,
    n10050 numeric(100,50) NOT NULL,
    nneg numeric(3,-2) NOT NULL,
    nwide numeric(2,4) NOT NULL,
    dec decimal(3,2) NOT NULL
);
INSERT INTO n_nn VALUES (1, '10.1111', '1.1', '99999', '99999999999999999999999999999999999999', '1.5', '12345', '0.0012', '3.30');
