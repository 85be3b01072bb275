-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM n;
UPDATE again SET id = id + 100;
INSERT INTO n SELECT * FROM again;
DROP TABLE again;
-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM n_nn;
UPDATE again SET id = id + 100;
INSERT INTO n_nn SELECT * FROM again;
DROP TABLE again;
-- the old image holds the key alone: every other column shows what stands for a missing value
DELETE FROM n_nn WHERE id = 1;
