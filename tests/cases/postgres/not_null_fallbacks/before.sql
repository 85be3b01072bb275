CREATE TABLE not_null_table (pk serial PRIMARY KEY, val numeric(38), created_at timestamptz NOT NULL, created_at_tz timestamp NOT NULL,
  ctime time NOT NULL, cdate date NOT NULL, cmoney numeric(5,2) NOT NULL, csmallint smallint NOT NULL, cint int NOT NULL, cbig bigint NOT NULL,
  creal real NOT NULL, cdouble float8 NOT NULL, cbool boolean NOT NULL, ctext text NOT NULL, cvarchar varchar(5) NOT NULL, cchar char(3) NOT NULL,
  cjson json NOT NULL, cjsonb jsonb NOT NULL, cuuid uuid NOT NULL, cinterval interval NOT NULL, cbytea bytea NOT NULL);
INSERT INTO not_null_table VALUES (1, 30, '2019-02-10 11:34:58Z', '2019-02-10 11:35:00', '10:20:11', '2019-02-01', 10.5, 1, 2, 3, 1.5, 2.5, true, 't', 'v',
  'c', '{"k":1}', '{"k":2}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '1 day', 'x');
