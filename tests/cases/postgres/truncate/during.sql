TRUNCATE test_table, test_table_2;
INSERT INTO test_table VALUES (2, 'y');
BEGIN;
INSERT INTO test_table VALUES (3, 'y');
TRUNCATE test_table RESTART IDENTITY CASCADE;
INSERT INTO test_table VALUES (4, 'y');
COMMIT;
