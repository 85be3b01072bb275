CREATE TABLE full_image (id int PRIMARY KEY, name text, v int);
ALTER TABLE full_image REPLICA IDENTITY FULL;
CREATE TABLE key_image (id int PRIMARY KEY, name text, v int);
INSERT INTO full_image VALUES (1, 'one', 10);
INSERT INTO key_image VALUES (1, 'one', 10);
