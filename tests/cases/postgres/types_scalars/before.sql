CREATE TABLE s (
    id int PRIMARY KEY,
    b bool,
    i2 int2,
    i4 int4,
    i8 int8,
    o oid,
    f4 float4,
    f8 float8,
    c char(5),
    c1 char,
    ic "char",
    v varchar(10),
    vu varchar,
    t text,
    n name,
    x xml,
    j json,
    jb jsonb,
    u uuid,
    ine inet,
    ci cidr,
    m macaddr,
    m8 macaddr8
);
INSERT INTO s (id, b, i2, i4, i8, o, f4, f8, c, c1, ic, v, vu, t, n, x, j, jb, u, ine, ci, m, m8) VALUES (1, 't', '-32768', '-2147483648', '-9223372036854775808', '0', '1.1', '1.1', 'ab', 'x', 'x', 'a"b\c', '', 'tab	here', 'a_name', '<a b="c">d</a>', '{"a" :  1}', '{"b":1,"a":[1,2.50]}', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '192.168.0.1', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05');
INSERT INTO s (id, b, i2, i4, i8, o, f4, f8, c, ic, v, t, jb, ine) VALUES (2, 'f', '32767', '2147483647', '9223372036854775807', '4294967295', 'NaN', 'NaN', 'äö€', '', '😀', 'line
feed', 'null', '10.0.0.0/8');
INSERT INTO s (id, f4, f8, ine) VALUES (3, 'Infinity', 'Infinity', '::1');
INSERT INTO s (id, f4, f8) VALUES (4, '-Infinity', '-Infinity');
INSERT INTO s (id, f4, f8) VALUES (5, '-0', '-0');
INSERT INTO s (id, f4, f8) VALUES (6, '1e-45', '4.9e-324');
INSERT INTO s (id, f4, f8) VALUES (7, '3.4028235e38', '1.7976931348623157e308');
INSERT INTO s (id, f4, f8) VALUES (8, '16777216', '2e23');
INSERT INTO s (id, f4, f8) VALUES (9, '1e10', '1e-5');
INSERT INTO s (id, f4, f8) VALUES (10, '123456.789', '0.001');
INSERT INTO s (id) VALUES (11);
CREATE TABLE s_nn (
    id int PRIMARY KEY,
    b bool NOT NULL,
    i2 int2 NOT NULL,
    i4 int4 NOT NULL,
    i8 int8 NOT NULL,
    o oid NOT NULL,
    f4 float4 NOT NULL,
    f8 float8 NOT NULL,
    c char(5) NOT NULL,
    c1 char NOT NULL,
    ic "char" NOT NULL,
    v varchar(10) NOT NULL,
    vu varchar NOT NULL,
    t text NOT NULL,
    n name NOT NULL,
    x xml NOT NULL,
    j json NOT NULL,
    jb jsonb NOT NULL,
    u uuid NOT NULL,
    ine inet NOT NULL,
    ci cidr NOT NULL,
    m macaddr NOT NULL,
    m8 macaddr8 NOT NULL
);
INSERT INTO s_nn VALUES (1, 't', '-32768', '-2147483648', '-9223372036854775808', '0', '1.1', '1.1', 'ab', 'x', 'x', 'a"b\c', '', 'tab	here', 'a_name', '<a b="c">d</a>', '{"a" :  1}', '{"b":1,"a":[1,2.50]}', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '192.168.0.1', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05');
