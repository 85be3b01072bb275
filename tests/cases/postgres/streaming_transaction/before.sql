DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET logical_decoding_work_mem = ''64kB''', current_database()); END $$;
CREATE TABLE a (pk int PRIMARY KEY, txt text);
CREATE TABLE b (pk int PRIMARY KEY, big text);
ALTER TABLE b ALTER COLUMN big SET STORAGE EXTERNAL;
CREATE TABLE c (pk int, v text);
ALTER TABLE c REPLICA IDENTITY FULL;
INSERT INTO a VALUES (0, 'snapshot');
