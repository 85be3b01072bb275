CREATE TYPE floatrange AS RANGE (subtype = float8);
CREATE TABLE r (
    id int PRIMARY KEY,
    r4 int4range,
    r8 int8range,
    rn numrange,
    rts tsrange,
    rtz tstzrange,
    rd daterange,
    r4a int4range[],
    r8a int8range[],
    rna numrange[],
    rtsa tsrange[],
    rtza tstzrange[],
    rda daterange[],
    own floatrange,
    owna floatrange[]
);
INSERT INTO r (id, r4, r8, rn, rts, rtz, rd, r4a, r8a, rna, rtsa, rtza, rda, own, owna) VALUES (1, '[1000,5999]', '[1,2)', '[1.5,2.50)', '["2019-03-31 15:30:00",infinity)', '["2017-06-05 11:29:12.549426+00",)', '[2019-03-31,infinity)', '{"[1,5)","empty",NULL}', '{"[1,5)"}', '{"[1.5,2.50)"}', '{"[2019-03-31 15:30:00,infinity)"}', '{"[2017-06-05 11:29:12.549426+00,)"}', '{"[2019-03-31,infinity)"}', '[1.5,2)', '{"[1.5,2)"}');
INSERT INTO r (id, r4, r4a) VALUES (2, 'empty', '{}');
INSERT INTO r (id, r4) VALUES (3, '(,5)');
INSERT INTO r (id) VALUES (4);
CREATE TABLE r_nn (
    id int PRIMARY KEY,
    r4 int4range NOT NULL,
    r8 int8range NOT NULL,
    rn numrange NOT NULL,
    rts tsrange NOT NULL,
    rtz tstzrange NOT NULL,
    rd daterange NOT NULL,
    r4a int4range[] NOT NULL,
    r8a int8range[] NOT NULL,
    rna numrange[] NOT NULL,
    rtsa tsrange[] NOT NULL,
    rtza tstzrange[] NOT NULL,
    rda daterange[] NOT NULL,
    own floatrange NOT NULL,
    owna floatrange[] NOT NULL
);
INSERT INTO r_nn VALUES (1, '[1000,5999]', '[1,2)', '[1.5,2.50)', '["2019-03-31 15:30:00",infinity)', '["2017-06-05 11:29:12.549426+00",)', '[2019-03-31,infinity)', '{"[1,5)","empty",NULL}', '{"[1,5)"}', '{"[1.5,2.50)"}', '{"[2019-03-31 15:30:00,infinity)"}', '{"[2017-06-05 11:29:12.549426+00,)"}', '{"[2019-03-31,infinity)"}', '[1.5,2)', '{"[1.5,2)"}');
