CREATE TABLE n (
    id int PRIMARY KEY,
    na numeric[],
    n102a numeric(10,2)[],
    n5a numeric(5)[]
);
INSERT INTO n (id, na, n102a, n5a) VALUES (1, '{1.1,2.22,3.333}', '{1.2,3.4,5.6}', '{1,2}');
INSERT INTO n (id, na, n102a) VALUES (2, '{}', '{NULL}');
INSERT INTO n (id, na, n102a) VALUES (3, '{NULL,100}', '{NaN,1}');
INSERT INTO n (id, na) VALUES (4, '{1.1,NaN}');
INSERT INTO n (id, na) VALUES (5, '{{1,2},{3,4}}');
INSERT INTO n (id) VALUES (6);
CREATE TABLE n_nn (
    id int PRIMARY KEY,
    na numeric[] NOT NULL,
    n102a numeric(10,2)[] NOT NULL,
    n5a numeric(5)[] NOT NULL
);
INSERT INTO n_nn VALUES (1, '{1.1,2.22,3.333}', '{1.2,3.4,5.6}', '{1,2}');
