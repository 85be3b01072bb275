CREATE EXTENSION hstore;
CREATE TABLE a (
    id int PRIMARY KEY,
    i int,
    m money,
    h hstore,
    n name,
    v varbit(1),
    d date
);
INSERT INTO a (id, i, m, h, n, v, d) VALUES (1, '1', '-92233720368547758.08', 'b=>1,a=>2', 'x', '1', '1500-02-28');
INSERT INTO a (id, d) VALUES (2, 'infinity');
INSERT INTO a (id) VALUES (3);
