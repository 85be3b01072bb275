CREATE EXTENSION hstore;
CREATE TABLE w (
    id int PRIMARY KEY,
    touched int,
    t text NOT NULL DEFAULT 'none',
    by bytea NOT NULL,
    ta text[] NOT NULL,
    i4a int[] NOT NULL,
    ua uuid[] NOT NULL,
    h hstore NOT NULL
);
ALTER TABLE w ALTER COLUMN t SET STORAGE EXTERNAL, ALTER COLUMN by SET STORAGE EXTERNAL, ALTER COLUMN ta SET STORAGE EXTERNAL, ALTER COLUMN i4a SET STORAGE EXTERNAL, ALTER COLUMN ua SET STORAGE EXTERNAL, ALTER COLUMN h SET STORAGE EXTERNAL;
INSERT INTO w SELECT 1, 0, (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i), decode((SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i), 'hex'), (SELECT array_agg(md5(i::text)) FROM generate_series(1, 300) i), (SELECT array_agg(i * 7919) FROM generate_series(1, 600) i), (SELECT array_agg(md5(i::text)::uuid) FROM generate_series(1, 300) i), (SELECT hstore(array_agg(i::text), array_agg(md5(i::text))) FROM generate_series(1, 300) i);
