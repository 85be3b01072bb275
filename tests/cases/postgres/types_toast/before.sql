CREATE EXTENSION hstore;
CREATE EXTENSION citext;
CREATE EXTENSION ltree;
CREATE TYPE shade AS ENUM ('a', 'b');
CREATE DOMAIN d_toast AS text;
CREATE DOMAIN d_ints AS int[];
CREATE TYPE pair AS (a int, b text);
CREATE TABLE w (
    id int PRIMARY KEY,
    touched int,
    t text,
    v varchar,
    vn varchar(10000),
    c char(8000),
    ci citext,
    x xml,
    j json,
    jb jsonb,
    lt ltree,
    by bytea,
    ta text[],
    va varchar[],
    vna varchar(40)[],
    ja json[],
    jba jsonb[],
    bya bytea[],
    i2a int2[],
    i4a int4[],
    da date[],
    i8a int8[],
    oa oid[],
    ua uuid[],
    h hstore,
    ha hstore[],
    n numeric,
    ns numeric(1000,2),
    vb varbit,
    ca char(40)[],
    na numeric[],
    f4a float4[],
    f8a float8[],
    tsa timestamp[],
    tza timestamptz[],
    tma time[],
    ea shade[],
    cia citext[],
    lta ltree[],
    ina inet[],
    r4a int4range[],
    tv tsvector,
    pth path,
    dt d_toast,
    dta d_toast[],
    dti d_ints,
    cmp pair
);
ALTER TABLE w ALTER COLUMN t SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN v SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN vn SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN c SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN ci SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN x SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN j SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN jb SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN lt SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN by SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN ta SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN va SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN vna SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN ja SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN jba SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN bya SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN i2a SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN i4a SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN da SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN i8a SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN oa SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN ua SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN h SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN ha SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN n SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN ns SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN vb SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN ca SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN na SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN f4a SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN f8a SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN tsa SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN tza SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN tma SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN ea SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN cia SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN lta SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN ina SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN r4a SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN tv SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN pth SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN dt SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN dta SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN dti SET STORAGE EXTERNAL;
ALTER TABLE w ALTER COLUMN cmp SET STORAGE EXTERNAL;
INSERT INTO w SELECT 1, 0,
    (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i),
    (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i),
    (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i),
    (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i),
    (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i),
    ('<a>' || (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i) || '</a>')::xml,
    to_json((SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i)),
    to_jsonb((SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i)),
    (SELECT string_agg(md5(i::text), '.') FROM generate_series(1, 200) i)::ltree,
    decode((SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i), 'hex'),
    (SELECT array_agg(md5(i::text)) FROM generate_series(1, 300) i),
    (SELECT array_agg(md5(i::text)) FROM generate_series(1, 300) i),
    (SELECT array_agg(md5(i::text)) FROM generate_series(1, 300) i),
    (SELECT array_agg(to_json(md5(i::text))) FROM generate_series(1, 300) i),
    (SELECT array_agg(to_jsonb(md5(i::text))) FROM generate_series(1, 300) i),
    (SELECT array_agg(decode(md5(i::text), 'hex')) FROM generate_series(1, 300) i),
    (SELECT array_agg((i * 7 % 32000)::int2) FROM generate_series(1, 300) i),
    (SELECT array_agg((i * 7919)::int4) FROM generate_series(1, 300) i),
    (SELECT array_agg(date '2000-01-01' + i*7) FROM generate_series(1, 300) i),
    (SELECT array_agg((i * 7919)::int8) FROM generate_series(1, 300) i),
    (SELECT array_agg((i * 7919)::oid) FROM generate_series(1, 300) i),
    (SELECT array_agg(md5(i::text)::uuid) FROM generate_series(1, 300) i),
    (SELECT hstore(array_agg(i::text), array_agg(md5(i::text))) FROM generate_series(1, 300) i),
    (SELECT array_agg(hstore(i::text, md5(i::text))) FROM generate_series(1, 300) i),
    (SELECT string_agg((i * 7919)::text, '') FROM generate_series(1, 3000) i)::numeric,
    (SELECT string_agg((i * 7919)::text, '') FROM generate_series(1, 150) i)::numeric,
    (SELECT string_agg((i * 7919 % 256)::bit(8)::text, '') FROM generate_series(1, 300) i)::varbit,
    (SELECT array_agg(md5(i::text)) FROM generate_series(1, 300) i),
    (SELECT array_agg(i * 7919.5) FROM generate_series(1, 300) i),
    (SELECT array_agg(i * 0.37) FROM generate_series(1, 300) i),
    (SELECT array_agg(i * 0.37) FROM generate_series(1, 300) i),
    (SELECT array_agg(timestamp '2000-01-01' + i * interval '1 hour') FROM generate_series(1, 300) i),
    (SELECT array_agg(timestamptz '2000-01-01' + i * interval '1 hour') FROM generate_series(1, 300) i),
    (SELECT array_agg(time '00:00' + i * interval '13 seconds') FROM generate_series(1, 300) i),
    (SELECT array_agg(CASE i * 7919 % 7 WHEN 1 THEN 'a' ELSE 'b' END::shade) FROM generate_series(1, 300) i),
    (SELECT array_agg(md5(i::text)::citext) FROM generate_series(1, 300) i),
    (SELECT array_agg(md5(i::text)::ltree) FROM generate_series(1, 300) i),
    (SELECT array_agg('10.0.0.0'::inet + i * 7) FROM generate_series(1, 300) i),
    (SELECT array_agg(int4range(i, i * 7)) FROM generate_series(1, 300) i),
    (SELECT string_agg(md5(i::text), ' ') FROM generate_series(1, 200) i)::tsvector,
    (SELECT ('((' || string_agg(i::text || ',' || i::text, '),(') || '))')::path FROM generate_series(1, 500) i),
    (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i),
    (SELECT array_agg(md5(i::text)::d_toast) FROM generate_series(1, 300) i),
    (SELECT array_agg((i * 7919)::int4) FROM generate_series(1, 300) i),
    ROW(1, (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i))::pair;
