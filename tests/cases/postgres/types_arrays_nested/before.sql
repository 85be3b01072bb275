CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE EXTENSION isn;
CREATE EXTENSION cube;
CREATE TABLE n (
    id int PRIMARY KEY,
    da date[],
    tsa timestamp[],
    tza timestamptz[],
    ttza timetz[],
    tma time[],
    bya bytea[],
    ba bool[],
    cia citext[],
    ha hstore[],
    isa isbn[],
    f4a float4[],
    oa oid[],
    ra box[],
    la cube[]
);
INSERT INTO n (id, da, tsa, tza, ttza, tma, bya, ba, cia, ha, isa, f4a, oa, ra, la) VALUES (1, '{{2020-02-29},{2020-03-01}}', '{{2020-02-29}}', '{{2020-02-29}}', '{{12:00+00}}', '{{12:00}}', '{{"\\x01"},{"\\x02"}}', '{{t},{f}}', '{{a},{b}}', '{{"a=>1"}}', '{{0-393-04002-X}}', '{{1,2},{3,4}}', '{{1}}', '{{(1,1),(0,0);(2,2),(1,1)}}', '{{"(1)"}}');
INSERT INTO n (id) VALUES (2);
