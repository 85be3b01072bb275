-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM x;
UPDATE again SET id = id + 100;
INSERT INTO x SELECT * FROM again;
DROP TABLE again;
-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM x_nn;
UPDATE again SET id = id + 100;
INSERT INTO x_nn SELECT * FROM again;
DROP TABLE again;
-- the old image holds the key alone: every other column shows what stands for a missing value
DELETE FROM x_nn WHERE id = 1;
