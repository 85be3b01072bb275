-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM h;
UPDATE again SET id = id + 100;
INSERT INTO h SELECT * FROM again;
DROP TABLE again;
