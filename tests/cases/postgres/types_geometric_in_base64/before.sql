CREATE TABLE g (
    id int PRIMARY KEY,
    p point,
    bx box,
    ci circle,
    li line,
    ls lseg,
    pa path,
    po polygon,
    pta point[],
    bxa box[],
    cia circle[]
);
INSERT INTO g (id, p, bx, ci, li, ls, pa, po, pta, bxa, cia) VALUES (1, '(1,1)', '(1,1),(0,0)', '<(10,20),10>', '{-1,0,0}', '[(0,0),(0,1)]', '((0,0),(0,1))', '((0,0),(0,1),(1,1))', '{"(1,1)"}', '{(1,1),(0,0);(2,2),(0,0)}', '{"<(1,2),3>"}');
INSERT INTO g (id, p, ci, pa) VALUES (2, '(-0.5,1e20)', '<(0.1,1e-7),1e10>', '[(0,0),(1,1.5)]');
INSERT INTO g (id, p) VALUES (3, '(NaN,Infinity)');
INSERT INTO g (id) VALUES (4);
CREATE TABLE g_nn (
    id int PRIMARY KEY,
    p point NOT NULL,
    bx box NOT NULL,
    ci circle NOT NULL,
    li line NOT NULL,
    ls lseg NOT NULL,
    pa path NOT NULL,
    po polygon NOT NULL,
    pta point[] NOT NULL,
    bxa box[] NOT NULL,
    cia circle[] NOT NULL
);
INSERT INTO g_nn VALUES (1, '(1,1)', '(1,1),(0,0)', '<(10,20),10>', '{-1,0,0}', '[(0,0),(0,1)]', '((0,0),(0,1))', '((0,0),(0,1),(1,1))', '{"(1,1)"}', '{(1,1),(0,0);(2,2),(0,0)}', '{"<(1,2),3>"}');
