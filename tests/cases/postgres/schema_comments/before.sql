CREATE TABLE a (pk int PRIMARY KEY, txt text);
COMMENT ON TABLE a IS 'table';
COMMENT ON COLUMN a.txt IS 'column';
