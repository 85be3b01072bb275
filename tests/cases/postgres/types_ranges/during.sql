-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM r;
UPDATE again SET id = id + 100;
INSERT INTO r SELECT * FROM again;
DROP TABLE again;
-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM r_nn;
UPDATE again SET id = id + 100;
INSERT INTO r_nn SELECT * FROM again;
DROP TABLE again;
-- the old image holds the key alone: every other column shows what stands for a missing value
DELETE FROM r_nn WHERE id = 1;
