-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM d;
UPDATE again SET id = id + 100;
INSERT INTO d SELECT * FROM again;
DROP TABLE again;
