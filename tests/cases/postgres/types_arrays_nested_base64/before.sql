CREATE EXTENSION cube;
CREATE TABLE n (
    id int PRIMARY KEY,
    bya bytea[],
    la cube[]
);
INSERT INTO n (id, bya, la) VALUES (1, '{{"\\x01"},{"\\x02"}}', '{{"(1)"}}');
INSERT INTO n (id) VALUES (2);
