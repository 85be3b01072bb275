CREATE TABLE b (
    id int PRIMARY KEY,
    v1 varbit(1),
    ba bit(3)[],
    b1a bit[],
    va varbit[]
);
INSERT INTO b (id, v1, ba, b1a, va) VALUES (1, '1', '{101}', '{1}', '{1}');
INSERT INTO b (id, v1) VALUES (2, '0');
INSERT INTO b (id, v1) VALUES (3, '');
INSERT INTO b (id) VALUES (4);
