-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM s;
UPDATE again SET id = id + 100;
INSERT INTO s SELECT * FROM again;
DROP TABLE again;
-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM s_nn;
UPDATE again SET id = id + 100;
INSERT INTO s_nn SELECT * FROM again;
DROP TABLE again;
-- the old image holds the key alone: every other column shows what stands for a missing value
DELETE FROM s_nn WHERE id = 1;
