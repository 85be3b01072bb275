CREATE TYPE floatrange AS RANGE (subtype = float8);
CREATE TABLE r (
    id int PRIMARY KEY,
    own floatrange,
    owna floatrange[],
    ownm floatmultirange
);
INSERT INTO r (id, own, owna, ownm) VALUES (1, '[1.5,2)', '{"[1.5,2)"}', '{[1,2)}');
INSERT INTO r (id) VALUES (2);
CREATE TABLE r_nn (
    id int PRIMARY KEY,
    own floatrange NOT NULL,
    owna floatrange[] NOT NULL,
    ownm floatmultirange NOT NULL
);
INSERT INTO r_nn VALUES (1, '[1.5,2)', '{"[1.5,2)"}', '{[1,2)}');
