-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM e;
UPDATE again SET id = id + 100;
INSERT INTO e SELECT * FROM again;
DROP TABLE again;
-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM e_nn;
UPDATE again SET id = id + 100;
INSERT INTO e_nn SELECT * FROM again;
DROP TABLE again;
-- the old image holds the key alone: every other column shows what stands for a missing value
DELETE FROM e_nn WHERE id = 1;
INSERT INTO e_def VALUES (3);
DELETE FROM e_def WHERE id = 1;
CREATE TYPE later AS ENUM ('V1', 'V2');
ALTER TABLE e_def ADD COLUMN l later NOT NULL DEFAULT 'V2', ADD COLUMN la later[] NOT NULL DEFAULT '{V1,V2}';
INSERT INTO e_def VALUES (4);
