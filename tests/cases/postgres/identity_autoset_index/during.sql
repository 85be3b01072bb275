UPDATE a SET txt = 'y';
UPDATE a SET n = 11;
UPDATE b SET txt = 'y';
UPDATE c SET txt = 'y';
DELETE FROM a;
DELETE FROM b;
DELETE FROM c;
