INSERT INTO a SELECT 2, 1, s, s, s::bytea, jsonb_build_object('k', s), json_build_object('k', s), xmlelement(name x, s), hstore('k', s), ARRAY[s, 'y'], ARRAY[json_build_object('k', s)], (SELECT array_agg(i) FROM generate_series(1, 2000) i), ARRAY[s::bytea], (SELECT string_agg('12345', '') FROM generate_series(1, 2000))::numeric, s, repeat('10', 20000)::varbit, to_tsvector(s) FROM (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i) AS g(s);
UPDATE a SET n = 2;
UPDATE a SET pk = 3 WHERE pk = 2;
DELETE FROM a WHERE pk = 3;
