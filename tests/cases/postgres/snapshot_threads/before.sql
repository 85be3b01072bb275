CREATE TABLE a (id int PRIMARY KEY, v text);
CREATE TABLE b (id int, part text, v text, PRIMARY KEY (part, id));
CREATE TABLE c (v text);
CREATE TABLE d (id uuid PRIMARY KEY, v numeric(8, 2));
INSERT INTO a SELECT i, 'a' || i FROM generate_series(1, 20) i;
INSERT INTO b SELECT i, 'p' || i / 5, 'b' || i FROM generate_series(1, 20) i;
INSERT INTO c SELECT 'c' || i FROM generate_series(1, 20) i;
INSERT INTO d SELECT ('00000000-0000-0000-0000-0000000000' || i)::uuid, i / 3.0 FROM generate_series(10, 30) i;
