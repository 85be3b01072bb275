-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM t;
UPDATE again SET id = id + 100;
INSERT INTO t SELECT * FROM again;
DROP TABLE again;
