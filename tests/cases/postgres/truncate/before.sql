CREATE TABLE test_table (pk int PRIMARY KEY, txt text);
CREATE TABLE test_table_2 (pk int PRIMARY KEY, txt text);
INSERT INTO test_table VALUES (1, 'x');
INSERT INTO test_table_2 VALUES (1, 'x');
