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
    tm d_tm
);
INSERT INTO d (id, t, n, n2, nf, ts3, ts, tz3, tm3, tm) VALUES (1, 'x', '1.5', '123.45', '1.50', '2020-01-01 00:00:00.123', '2020-01-01 00:00:00.123456', '2020-01-01 00:00:00.12+00', '12:00:00.123', '12:00:00.123456');
INSERT INTO d (id, nf) VALUES (2, '10');
INSERT INTO d (id) VALUES (3);
