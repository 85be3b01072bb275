-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM t;
UPDATE again SET id = id + 100;
INSERT INTO t SELECT * FROM again;
DROP TABLE again;
-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM t_nn;
UPDATE again SET id = id + 100;
INSERT INTO t_nn SELECT * FROM again;
DROP TABLE again;
-- the old image holds the key alone: every other column shows what stands for a missing value
DELETE FROM t_nn WHERE id = 1;
