INSERT INTO a VALUES (2, 'x', 'y');
UPDATE a SET y = 'z';
