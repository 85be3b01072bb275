-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM m;
UPDATE again SET id = id + 100;
INSERT INTO m SELECT * FROM again;
DROP TABLE again;
