UPDATE not_null_table SET val = 40;
UPDATE not_null_table SET pk = 2;
DELETE FROM not_null_table;
