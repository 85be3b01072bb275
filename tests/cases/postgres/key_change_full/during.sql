UPDATE a SET pk = 2;
UPDATE a SET pk = 3, txt = 'three';
UPDATE a SET pk = 3, n = 6;
