UPDATE full_image SET black = 'c';
UPDATE full_image SET white = 'x';
UPDATE full_image SET white = 'x', black = 'd';
UPDATE full_image SET white = NULL;
UPDATE full_image SET white = NULL, black = NULL;
UPDATE key_image SET black = 'c';
UPDATE key_image SET white = 'x';
UPDATE key_image SET id = 2;
