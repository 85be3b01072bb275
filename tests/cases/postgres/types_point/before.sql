CREATE TABLE g (
    id int PRIMARY KEY,
    p point,
    pta point[]
);
INSERT INTO g (id, p, pta) VALUES (1, '(1,1)', '{"(1,1)"}');
INSERT INTO g (id, p) VALUES (2, '(-0.5,1e20)');
INSERT INTO g (id, p) VALUES (3, '(NaN,Infinity)');
INSERT INTO g (id) VALUES (4);
CREATE TABLE g_nn (
    id int PRIMARY KEY,
    p point NOT NULL,
    pta point[] NOT NULL
);
INSERT INTO g_nn VALUES (1, '(1,1)', '{"(1,1)"}');
