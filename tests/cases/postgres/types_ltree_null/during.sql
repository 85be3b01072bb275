-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM l;
UPDATE again SET id = id + 100;
INSERT INTO l SELECT * FROM again;
DROP TABLE again;
