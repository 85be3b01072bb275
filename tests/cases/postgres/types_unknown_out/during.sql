-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM g;
UPDATE again SET id = id + 100;
INSERT INTO g SELECT * FROM again;
DROP TABLE again;
-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM g_nn;
UPDATE again SET id = id + 100;
INSERT INTO g_nn SELECT * FROM again;
DROP TABLE again;
-- the old image holds the key alone: every other column shows what stands for a missing value
DELETE FROM g_nn WHERE id = 1;
