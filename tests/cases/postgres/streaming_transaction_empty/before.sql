DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET logical_decoding_work_mem = ''64kB''', current_database()); END $$;
CREATE TABLE a (pk int PRIMARY KEY, txt text);
CREATE TABLE ignored (pk int PRIMARY KEY, txt text);
