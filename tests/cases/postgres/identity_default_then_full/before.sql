CREATE TABLE test_table (pk serial PRIMARY KEY, text text);
INSERT INTO test_table (text) VALUES ('insert');
