UPDATE a SET n = 2;
UPDATE a SET pk = E'tab\tnew\nline';
DELETE FROM a;
