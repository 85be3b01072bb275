UPDATE a SET x = 'xx';
UPDATE a SET y = 'yy';
DELETE FROM a;
