BEGIN;
INSERT INTO a (pk, d) VALUES (1, NULL);
UPDATE a SET t = 'x', i = 1, l = 2, s = 3, n = 1.5, nv = 2.25, bo = true, f = 1.5, r = 2.5, dt = '2001-02-03', ts = '2001-02-03 04:05:06.789012', t3 = '2001-02-03 04:05:06.789', tz = '2001-02-03 04:05:06.789012+01', u = '00000000-0000-0000-0000-000000000001', by = '\x0102', j = '{"a": 1}', x = '<a/>', v = 'v', c = 'c', inet = '1.2.3.4', e = 'ok', ia = '{1,NULL}', ta = '{a,NULL}', h = 'a=>1', iv = '1 day', sh = 'sh', o = 7, rg = '[1,3)';
COMMIT;
UPDATE a SET t = NULL, d = 'd';
BEGIN;
INSERT INTO a (pk) VALUES (2);
DELETE FROM a WHERE pk = 2;
COMMIT;
