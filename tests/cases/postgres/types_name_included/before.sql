CREATE TABLE s (
    id int PRIMARY KEY,
    n name,
    ic "char"
);
INSERT INTO s (id, n, ic) VALUES (1, 'a_name', 'x');
INSERT INTO s (id) VALUES (2);
CREATE TABLE s_nn (
    id int PRIMARY KEY,
    n name NOT NULL,
    ic "char" NOT NULL
);
INSERT INTO s_nn VALUES (1, 'a_name', 'x');
