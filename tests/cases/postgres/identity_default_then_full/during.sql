UPDATE test_table SET text = 'update' WHERE pk = 1;
-- wait
ALTER TABLE test_table REPLICA IDENTITY FULL;
UPDATE test_table SET text = 'update2' WHERE pk = 1;
DELETE FROM test_table;
