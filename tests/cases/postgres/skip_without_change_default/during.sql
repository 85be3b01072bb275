UPDATE a SET black = 2;
UPDATE a SET white = 2;
