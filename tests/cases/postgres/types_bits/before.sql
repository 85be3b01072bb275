CREATE TABLE b (
    id int PRIMARY KEY,
    b1 bit(1),
    b bit,
    b2 bit(2),
    b7 bit(7),
    b64 bit(64),
    v2 varbit(2),
    v24 varbit(24),
    v64 varbit(64),
    v varbit,
    v9 varbit(9)
);
INSERT INTO b (id, b1, b, b2, b7, b64, v2, v24, v64, v, v9) VALUES (1, '0', '1', '11', B'1'::bit(7), B'1'::bit(64), '00', '000000110000001000000001', B'1'::bit(64)::varbit, '101', '100000000');
INSERT INTO b (id, b1, b2, b64, v2, v) VALUES (2, '1', '00', (-1::int8)::bit(64), '1', '');
INSERT INTO b (id, v2) VALUES (3, '');
INSERT INTO b (id) VALUES (4);
CREATE TABLE b_nn (
    id int PRIMARY KEY,
    b1 bit(1) NOT NULL,
    b bit NOT NULL,
    b2 bit(2) NOT NULL,
    b7 bit(7) NOT NULL,
    b64 bit(64) NOT NULL,
    v2 varbit(2) NOT NULL,
    v24 varbit(24) NOT NULL,
    v64 varbit(64) NOT NULL,
    v varbit NOT NULL,
    v9 varbit(9) NOT NULL
);
INSERT INTO b_nn VALUES (1, '0', '1', '11', B'1'::bit(7), B'1'::bit(64), '00', '000000110000001000000001', B'1'::bit(64)::varbit, '101', '100000000');
