CREATE TABLE n (
    id int PRIMARY KEY,
    n numeric,
    n2 numeric(1000,500),
    na numeric[]
);
INSERT INTO n (id, n, n2, na) VALUES (1, repeat('9', 5000)::numeric, (repeat('7', 500) || '.' || repeat('3', 500))::numeric, ARRAY[repeat('9', 500)::numeric, 0.000]);
INSERT INTO n (id, n, n2) VALUES (2, ('0.' || repeat('0', 3000) || '1')::numeric, '-1');
INSERT INTO n (id, n, n2) VALUES (3, ('-1e400')::numeric, '0');
INSERT INTO n (id, n) VALUES (4, ('1e38')::numeric);
INSERT INTO n (id, n) VALUES (5, ('-170141183460469231731687303715884105728')::numeric);
INSERT INTO n (id, n) VALUES (6, ('170141183460469231731687303715884105727.5')::numeric);
INSERT INTO n (id) VALUES (7);
