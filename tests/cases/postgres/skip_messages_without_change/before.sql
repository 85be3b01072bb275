CREATE TABLE full_image (id int PRIMARY KEY, white text, black text, big text);
ALTER TABLE full_image REPLICA IDENTITY FULL;
CREATE TABLE key_image (id int PRIMARY KEY, white text, black text, big text);
INSERT INTO full_image SELECT 1, 'w', 'b', string_agg(md5(i::text), '') FROM generate_series(1, 400) i;
INSERT INTO key_image SELECT * FROM full_image;
