UPDATE a SET black = 2;
UPDATE a SET white = 2;
UPDATE a SET white = 3, black = 3;
UPDATE a SET white = 3;
