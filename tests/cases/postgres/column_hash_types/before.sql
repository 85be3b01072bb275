CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE a (pk int PRIMARY KEY, t text NOT NULL DEFAULT 'd', v varchar(20), c char(6), n name, q "char", e mood, u uuid, j json, i int, b bytea, r text[], big text);
ALTER TABLE a ALTER big SET STORAGE EXTERNAL;
INSERT INTO a VALUES (1, 'hello', 'hello', 'ab', 'hello', 'x', 'happy', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": 1}', 5, '\x0102030405', '{hello,you}', repeat('z', 5000));
INSERT INTO a (pk) VALUES (2);
