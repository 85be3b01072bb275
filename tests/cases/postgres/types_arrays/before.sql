CREATE TABLE a (
    id int PRIMARY KEY,
    i2a int2[],
    i4a int4[],
    i8a int8[],
    oa oid[],
    f4a float4[],
    f8a float8[],
    ba bool[],
    ca char(10)[],
    c1a char[],
    ica "char"[],
    va varchar(10)[],
    ta text[],
    na name[],
    xa xml[],
    ua uuid[],
    ja json[],
    jba jsonb[],
    ina inet[],
    cia cidr[],
    ma macaddr[],
    m8a macaddr8[]
);
INSERT INTO a (id, i2a, i4a, i8a, oa, f4a, f8a, ba, ca, c1a, ica, va, ta, na, xa, ua, ja, jba, ina, cia, ma, m8a) VALUES (1, '{1,NULL,-32768}', '{1,NULL,2147483647}', '{9223372036854775807,NULL}', '{3,4000000000}', '{1.5,NaN,Infinity,NULL}', '{1.5,NaN,-Infinity,NULL,1e100}', '{t,f,NULL}', '{cone}', '{a,b}', '{a,b}', '{a,"b c",NULL,"NULL","q\"u\\o",ä😀}', '{a,"b,c",NULL,"NULL","","{}"}', '{a}', '{<a/>}', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,NULL}', '{"{\"a\": 1}",NULL}', '{"{\"a\": 1}",NULL}', '{10.0.0.1,10.0.0.0/8,NULL}', '{10.0.0.0/8}', '{08:00:2b:01:02:03}', '{08:00:2b:01:02:03:04:05}');
INSERT INTO a (id, i2a, i4a, i8a, f4a, f8a, ba, va, ta, ua, ja, jba) VALUES (2, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}');
INSERT INTO a (id, i2a, i4a, i8a, f4a, f8a, ba) VALUES (3, '{{1,2},{3,4}}', '{{1,2},{3,4}}', '{{1,2},{3,4}}', '{{1},{2}}', '{{1},{2}}', '{{t},{f}}');
INSERT INTO a (id, i2a, i4a) VALUES (4, '[0:1]={5,6}', '[0:1]={5,6}');
INSERT INTO a (id, i4a) VALUES (5, '{{{1}}}');
INSERT INTO a (id) VALUES (6);
CREATE TABLE a_nn (
    id int PRIMARY KEY,
    i2a int2[] NOT NULL,
    i4a int4[] NOT NULL,
    i8a int8[] NOT NULL,
    oa oid[] NOT NULL,
    f4a float4[] NOT NULL,
    f8a float8[] NOT NULL,
    ba bool[] NOT NULL,
    ca char(10)[] NOT NULL,
    c1a char[] NOT NULL,
    ica "char"[] NOT NULL,
    va varchar(10)[] NOT NULL,
    ta text[] NOT NULL,
    na name[] NOT NULL,
    xa xml[] NOT NULL,
    ua uuid[] NOT NULL,
    ja json[] NOT NULL,
    jba jsonb[] NOT NULL,
    ina inet[] NOT NULL,
    cia cidr[] NOT NULL,
    ma macaddr[] NOT NULL,
    m8a macaddr8[] NOT NULL
);
INSERT INTO a_nn VALUES (1, '{1,NULL,-32768}', '{1,NULL,2147483647}', '{9223372036854775807,NULL}', '{3,4000000000}', '{1.5,NaN,Infinity,NULL}', '{1.5,NaN,-Infinity,NULL,1e100}', '{t,f,NULL}', '{cone}', '{a,b}', '{a,b}', '{a,"b c",NULL,"NULL","q\"u\\o",ä😀}', '{a,"b,c",NULL,"NULL","","{}"}', '{a}', '{<a/>}', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,NULL}', '{"{\"a\": 1}",NULL}', '{"{\"a\": 1}",NULL}', '{10.0.0.1,10.0.0.0/8,NULL}', '{10.0.0.0/8}', '{08:00:2b:01:02:03}', '{08:00:2b:01:02:03:04:05}');
