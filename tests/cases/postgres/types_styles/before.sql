DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET IntervalStyle = iso_8601', current_database());
    EXECUTE format('ALTER DATABASE %I SET DateStyle = ''German, DMY''', current_database());
    EXECUTE format('ALTER DATABASE %I SET TimeZone = ''Asia/Tokyo''', current_database());
    EXECUTE format('ALTER DATABASE %I SET extra_float_digits = -5', current_database());
END $$;
CREATE TABLE s (
    id int PRIMARY KEY,
    i interval,
    d date,
    ts timestamp,
    tz timestamptz,
    ttz timetz,
    f8 float8,
    f4 float4,
    r tstzrange,
    da date[],
    tza timestamptz[]
);
INSERT INTO s (id, i, d, ts, tz, ttz, f8, f4, r, da, tza) VALUES (1, '1 year 2 mons 3 days 04:05:06.7', '2020-02-29', '2020-02-29 12:00:00.5', '2020-02-29 12:00:00.5+00', '12:00+02', '0.1234567890123456', '0.1234567', '[2020-01-01 00:00+00,)', '{2020-02-29}', '{2020-02-29 12:00+00}');
INSERT INTO s (id, i, d) VALUES (2, '-1 day', '0044-03-15 BC');
INSERT INTO s (id) VALUES (3);
