CREATE TABLE b (
    id int PRIMARY KEY,
    b bytea,
    ba bytea[]
);
INSERT INTO b (id, b, ba) VALUES (1, '\x010203', '{"\\x000102","\\x0304"}');
INSERT INTO b (id, b, ba) VALUES (2, '\x', '{}');
INSERT INTO b (id, b, ba) VALUES (3, '\xfffefb', '{NULL,"\\xff"}');
INSERT INTO b (id, b) VALUES (4, '\x00');
INSERT INTO b (id) VALUES (5);
CREATE TABLE b_nn (
    id int PRIMARY KEY,
    b bytea NOT NULL,
    ba bytea[] NOT NULL
);
INSERT INTO b_nn VALUES (1, '\x010203', '{"\\x000102","\\x0304"}');
