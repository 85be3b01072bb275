INSERT INTO a VALUES (3, 'hello', 'hello', 'ab', 'hello', 'x', 'happy', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": 1}', 5, '\x0102030405', '{hello,you}', repeat('z', 5000));
INSERT INTO a (pk) VALUES (4);
UPDATE a SET i = 6 WHERE pk = 3;
UPDATE a SET pk = 7 WHERE pk = 3;
DELETE FROM a WHERE pk = 4;
