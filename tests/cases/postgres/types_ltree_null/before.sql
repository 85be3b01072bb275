CREATE EXTENSION ltree;
CREATE TABLE l (
    id int PRIMARY KEY,
    la ltree[]
);
INSERT INTO l (id, la) VALUES (1, '{a,NULL}');
INSERT INTO l (id, la) VALUES (2, '{a}');
INSERT INTO l (id) VALUES (3);
