CREATE TABLE m (
    id int PRIMARY KEY,
    m money,
    ma money[]
);
INSERT INTO m (id, m, ma) VALUES (1, '1234.11', '{1.1,2}');
INSERT INTO m (id, m) VALUES (2, '-1234.11');
INSERT INTO m (id, m) VALUES (3, '-92233720368547758.08');
INSERT INTO m (id, m) VALUES (4, '92233720368547758.07');
INSERT INTO m (id, m) VALUES (5, '0');
INSERT INTO m (id, m) VALUES (6, '1000000');
INSERT INTO m (id) VALUES (7);
