-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM b;
UPDATE again SET id = id + 100;
INSERT INTO b SELECT * FROM again;
DROP TABLE again;
-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM b_nn;
UPDATE again SET id = id + 100;
INSERT INTO b_nn SELECT * FROM again;
DROP TABLE again;
-- the old image holds the key alone: every other column shows what stands for a missing value
DELETE FROM b_nn WHERE id = 1;
