-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM n;
UPDATE again SET id = id + 100;
INSERT INTO n SELECT * FROM again;
DROP TABLE again;
