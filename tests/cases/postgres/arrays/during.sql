INSERT INTO a VALUES (2, '{1,2,NULL}', '{1}', '{1,9223372036854775807}', '{1.5}', '{2.5,NULL}', '{a,"b c",NULL,"NULL","x\"y"}', '{ab}', '{cone}', '{t,f}', '{3,4000000000}', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}', ARRAY['{"a":1}']::json[], ARRAY['{"a":1}']::jsonb[], '{192.168.2.0/12}', '{}');
INSERT INTO a (pk, i, must) VALUES (3, '[0:1]={5,6}', '{1}'), (4, '{}', '{}');
DELETE FROM a WHERE pk = 1;
