-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM m;
UPDATE again SET id = id + 100;
INSERT INTO m SELECT * FROM again;
DROP TABLE again;
-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM m_nn;
UPDATE again SET id = id + 100;
INSERT INTO m_nn SELECT * FROM again;
DROP TABLE again;
-- the old image holds the key alone: every other column shows what stands for a missing value
DELETE FROM m_nn WHERE id = 1;
