-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM i;
UPDATE again SET id = id + 100;
INSERT INTO i SELECT * FROM again;
DROP TABLE again;
-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM i_nn;
UPDATE again SET id = id + 100;
INSERT INTO i_nn SELECT * FROM again;
DROP TABLE again;
-- the old image holds the key alone: every other column shows what stands for a missing value
DELETE FROM i_nn WHERE id = 1;
