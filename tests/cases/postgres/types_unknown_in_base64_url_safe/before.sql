CREATE TYPE pair AS (a int, b text);
CREATE TABLE g (
    id int PRIMARY KEY,
    tv tsvector,
    tq tsquery,
    pl pg_lsn,
    txs txid_snapshot,
    pgs pg_snapshot,
    comp pair,
    rc regclass,
    rt regtype,
    jp jsonpath,
    tid tid,
    xi xid,
    ov oidvector,
    iv int2vector,
    mr int4multirange,
    dm datemultirange,
    compa pair[],
    tva tsvector[],
    mra int4multirange[],
    jpa jsonpath[],
    rga regclass[],
    pla pg_lsn[]
);
INSERT INTO g (id, tv, tq, pl, txs, pgs, comp, rc, rt, jp, tid, xi, ov, iv, mr, dm, compa, tva, mra, jpa, rga, pla) VALUES (1, 'a fat cat', 'fat & rat', '16/B374D848', '10:20:10,14,15', '10:20:10,14,15', '(1,"a b")', 'pg_type', 'int4', '$.a', '(0,1)', '5', '1 2', '1 2', '{[1,5),[7,9)}', '{[2020-01-01,2020-02-01)}', '{"(1,a)"}', '{a}', '{"{[1,2)}"}', '{$.a}', '{pg_type}', '{0/1}');
INSERT INTO g (id, mr) VALUES (2, '{}');
INSERT INTO g (id) VALUES (3);
CREATE TABLE g_nn (
    id int PRIMARY KEY,
    tv tsvector NOT NULL,
    tq tsquery NOT NULL,
    pl pg_lsn NOT NULL,
    txs txid_snapshot NOT NULL,
    pgs pg_snapshot NOT NULL,
    comp pair NOT NULL,
    rc regclass NOT NULL,
    rt regtype NOT NULL,
    jp jsonpath NOT NULL,
    tid tid NOT NULL,
    xi xid NOT NULL,
    ov oidvector NOT NULL,
    iv int2vector NOT NULL,
    mr int4multirange NOT NULL,
    dm datemultirange NOT NULL,
    compa pair[] NOT NULL,
    tva tsvector[] NOT NULL,
    mra int4multirange[] NOT NULL,
    jpa jsonpath[] NOT NULL,
    rga regclass[] NOT NULL,
    pla pg_lsn[] NOT NULL
);
INSERT INTO g_nn VALUES (1, 'a fat cat', 'fat & rat', '16/B374D848', '10:20:10,14,15', '10:20:10,14,15', '(1,"a b")', 'pg_type', 'int4', '$.a', '(0,1)', '5', '1 2', '1 2', '{[1,5),[7,9)}', '{[2020-01-01,2020-02-01)}', '{"(1,a)"}', '{a}', '{"{[1,2)}"}', '{$.a}', '{pg_type}', '{0/1}');
