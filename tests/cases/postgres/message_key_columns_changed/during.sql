UPDATE full_image SET name = 'uno' WHERE id = 1;
UPDATE full_image SET v = 11 WHERE id = 1;
UPDATE full_image SET id = 2 WHERE id = 1;
UPDATE full_image SET name = NULL WHERE id = 2;
UPDATE key_image SET name = 'uno' WHERE id = 1;
UPDATE key_image SET id = 2 WHERE id = 1;
DELETE FROM full_image;
DELETE FROM key_image;
