CREATE DOMAIN d_text AS text;
CREATE DOMAIN d_num AS numeric(8,2);
CREATE DOMAIN d_num2 AS d_num;
CREATE DOMAIN d_numfree AS numeric;
CREATE DOMAIN d_ts3 AS timestamp(3);
CREATE DOMAIN d_ts AS timestamp;
CREATE DOMAIN d_tz3 AS timestamptz(3);
CREATE DOMAIN d_tm3 AS time(3);
CREATE DOMAIN d_tm AS time;
CREATE DOMAIN d_bit3 AS bit(3);
CREATE DOMAIN d_bit1 AS bit(1);
CREATE DOMAIN d_varbit AS varbit;
CREATE DOMAIN d_varbit5 AS varbit(5);
CREATE DOMAIN d_var5 AS varchar(5);
CREATE DOMAIN d_arr AS int[];
CREATE DOMAIN d_narr AS numeric(8,2)[];
CREATE DOMAIN d_money AS money;
CREATE DOMAIN d_point AS point;
CREATE DOMAIN d_bytea AS bytea;
CREATE DOMAIN d_json AS jsonb;
CREATE DOMAIN d_uuid AS uuid;
CREATE DOMAIN d_pos AS int CHECK (VALUE > 0);
CREATE DOMAIN d_date AS date;
CREATE DOMAIN d_ttz AS timetz;
CREATE DOMAIN d_iv AS interval;
CREATE DOMAIN d_f4 AS float4;
CREATE DOMAIN d_bool AS bool;
CREATE DOMAIN d_name AS name;
CREATE DOMAIN d_xml AS xml;
CREATE TABLE d (
    id int PRIMARY KEY,
    t d_text,
    n d_num,
    n2 d_num2,
    nf d_numfree,
    ts3 d_ts3,
    ts d_ts,
    tz3 d_tz3,
    tm3 d_tm3,
    tm d_tm,
    b3 d_bit3,
    b1 d_bit1,
    vb d_varbit,
    vb5 d_varbit5,
    v5 d_var5,
    a d_arr,
    na d_narr,
    m d_money,
    p d_point,
    by d_bytea,
    j d_json,
    u d_uuid,
    pos d_pos,
    da d_date,
    ttz d_ttz,
    iv d_iv,
    f4 d_f4,
    bo d_bool,
    nm d_name,
    x d_xml,
    ta d_text[],
    nda d_num[],
    pa d_pos[]
);
INSERT INTO d (id, t, n, n2, nf, ts3, ts, tz3, tm3, tm, b3, b1, vb, vb5, v5, a, na, m, p, by, j, u, pos, da, ttz, iv, f4, bo, nm, x, ta, nda, pa) VALUES (1, 'x', '1.5', '123.45', '1.50', '2020-01-01 00:00:00.123', '2020-01-01 00:00:00.123456', '2020-01-01 00:00:00.12+00', '12:00:00.123', '12:00:00.123456', '101', '1', '101', '101', 'abc', '{1,2}', '{1.5}', '1.50', '(1,2)', '\x01', '{"a":1}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '5', '2020-01-01', '12:00+02', '1 day', '1.5', 't', 'x', '<a/>', '{bar,baz}', '{1.5}', '{1}');
INSERT INTO d (id, nf) VALUES (2, '10');
INSERT INTO d (id) VALUES (3);
CREATE TABLE d_nn (
    id int PRIMARY KEY,
    t d_text NOT NULL,
    n d_num NOT NULL,
    n2 d_num2 NOT NULL,
    nf d_numfree NOT NULL,
    ts3 d_ts3 NOT NULL,
    ts d_ts NOT NULL,
    tz3 d_tz3 NOT NULL,
    tm3 d_tm3 NOT NULL,
    tm d_tm NOT NULL,
    b3 d_bit3 NOT NULL,
    b1 d_bit1 NOT NULL,
    vb d_varbit NOT NULL,
    vb5 d_varbit5 NOT NULL,
    v5 d_var5 NOT NULL,
    a d_arr NOT NULL,
    na d_narr NOT NULL,
    m d_money NOT NULL,
    p d_point NOT NULL,
    by d_bytea NOT NULL,
    j d_json NOT NULL,
    u d_uuid NOT NULL,
    pos d_pos NOT NULL,
    da d_date NOT NULL,
    ttz d_ttz NOT NULL,
    iv d_iv NOT NULL,
    f4 d_f4 NOT NULL,
    bo d_bool NOT NULL,
    nm d_name NOT NULL,
    x d_xml NOT NULL,
    ta d_text[] NOT NULL,
    nda d_num[] NOT NULL,
    pa d_pos[] NOT NULL
);
INSERT INTO d_nn VALUES (1, 'x', '1.5', '123.45', '1.50', '2020-01-01 00:00:00.123', '2020-01-01 00:00:00.123456', '2020-01-01 00:00:00.12+00', '12:00:00.123', '12:00:00.123456', '101', '1', '101', '101', 'abc', '{1,2}', '{1.5}', '1.50', '(1,2)', '\x01', '{"a":1}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '5', '2020-01-01', '12:00+02', '1 day', '1.5', 't', 'x', '<a/>', '{bar,baz}', '{1.5}', '{1}');
