-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM s;
UPDATE again SET id = id + 100;
INSERT INTO s SELECT * FROM again;
DROP TABLE again;
