CREATE TABLE a (
    id int PRIMARY KEY,
    i4a int4[],
    ica "char"[],
    na name[],
    xa xml[]
);
INSERT INTO a (id, i4a, ica, na, xa) VALUES (1, '{1,NULL,2147483647}', '{a,b}', '{a}', '{<a/>}');
INSERT INTO a (id, i4a) VALUES (2, '{}');
INSERT INTO a (id, i4a) VALUES (3, '{{1,2},{3,4}}');
INSERT INTO a (id, i4a) VALUES (4, '[0:1]={5,6}');
INSERT INTO a (id, i4a) VALUES (5, '{{{1}}}');
INSERT INTO a (id) VALUES (6);
CREATE TABLE a_nn (
    id int PRIMARY KEY,
    i4a int4[] NOT NULL,
    ica "char"[] NOT NULL,
    na name[] NOT NULL,
    xa xml[] NOT NULL
);
INSERT INTO a_nn VALUES (1, '{1,NULL,2147483647}', '{a,b}', '{a}', '{<a/>}');
