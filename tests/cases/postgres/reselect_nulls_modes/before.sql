CREATE EXTENSION IF NOT EXISTS hstore;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN short AS varchar(7);
CREATE TABLE a (pk int PRIMARY KEY, d text DEFAULT 'default', t text, i int, l bigint, s smallint, n numeric(8,3), nv numeric, bo bool, f float8, r real, dt date, ts timestamp, t3 timestamp(3), tz timestamptz, u uuid, by bytea, j json, x xml, v varchar(9), c char(5), inet inet, e mood, ia int[], ta text[], h hstore, iv interval, sh short, o oid, rg int4range);
