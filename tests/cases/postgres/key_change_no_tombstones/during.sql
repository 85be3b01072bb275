UPDATE a SET txt = 'update', pk = 2;
DELETE FROM a;
