-- the same rows once more, through the log
CREATE TEMP TABLE again AS SELECT * FROM b;
UPDATE again SET id = id + 100;
INSERT INTO b SELECT * FROM again;
DROP TABLE again;
