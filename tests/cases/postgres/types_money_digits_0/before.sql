CREATE TABLE m (
    id int PRIMARY KEY,
    m money
);
INSERT INTO m (id, m) VALUES (1, '1234.11');
INSERT INTO m (id, m) VALUES (2, '-1234.15');
INSERT INTO m (id, m) VALUES (3, '1.50');
INSERT INTO m (id, m) VALUES (4, '-2.50');
INSERT INTO m (id, m) VALUES (5, '0.05');
INSERT INTO m (id) VALUES (6);
CREATE TABLE m_nn (
    id int PRIMARY KEY,
    m money NOT NULL
);
INSERT INTO m_nn VALUES (1, '1234.11');
