CREATE TYPE mood AS ENUM ('sad', 'o''k', 'very happy');
CREATE TYPE "Odd Name" AS ENUM ('a,b', 'c');
CREATE TABLE e (
    id int PRIMARY KEY,
    m mood,
    o "Odd Name",
    ma mood[],
    oa "Odd Name"[]
);
INSERT INTO e (id, m, o, ma, oa) VALUES (1, 'sad', 'a,b', '{sad,"very happy"}', '{"a,b",c}');
INSERT INTO e (id, m, ma) VALUES (2, 'o''k', '{}');
INSERT INTO e (id, m, ma) VALUES (3, 'very happy', '{sad,NULL}');
INSERT INTO e (id) VALUES (4);
CREATE TABLE e_nn (
    id int PRIMARY KEY,
    m mood NOT NULL,
    o "Odd Name" NOT NULL,
    ma mood[] NOT NULL,
    oa "Odd Name"[] NOT NULL
);
INSERT INTO e_nn VALUES (1, 'sad', 'a,b', '{sad,"very happy"}', '{"a,b",c}');
CREATE TABLE e_def (id int PRIMARY KEY, m mood DEFAULT 'sad', m2 mood NOT NULL DEFAULT 'o''k', o "Odd Name" DEFAULT 'c', ma mood[] DEFAULT '{sad}');
INSERT INTO e_def VALUES (1);
INSERT INTO e_def VALUES (2, NULL);
