-- wait
ALTER TABLE a ALTER COLUMN num_val TYPE numeric(6,1);
INSERT INTO a (num_val) VALUES (123.41);
-- wait
ALTER TABLE a ALTER COLUMN num_val TYPE numeric;
INSERT INTO a (num_val) VALUES (123.4567);
-- wait
ALTER TABLE a ALTER COLUMN num_val TYPE decimal(12,4);
INSERT INTO a (num_val) VALUES (2.48);
-- wait
ALTER TABLE a ALTER COLUMN num_val TYPE decimal(12);
INSERT INTO a (num_val) VALUES (1238);
-- wait
ALTER TABLE a ALTER COLUMN num_val TYPE decimal;
INSERT INTO a (num_val) VALUES (1225.1);
-- wait
ALTER TABLE a ALTER COLUMN num_val SET NOT NULL;
INSERT INTO a (num_val) VALUES (1225.1);
