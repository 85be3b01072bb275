-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM a;
UPDATE again SET id = id + 100;
INSERT INTO a SELECT * FROM again;
DROP TABLE again;
-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM a_nn;
UPDATE again SET id = id + 100;
INSERT INTO a_nn SELECT * FROM again;
DROP TABLE again;
-- the old image holds the key alone: every other column shows what stands for a missing value
DELETE FROM a_nn WHERE id = 1;
