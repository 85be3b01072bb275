CREATE TABLE a (pk bigserial PRIMARY KEY, si smallint, i integer, bi bigint, ss smallserial, s serial, o oid);
INSERT INTO a VALUES (101, -32768, -2147483648, -9223372036854775808, 1, 1, 1), (102, 32767, 2147483647, 9223372036854775807, 2, 2, 4294967295);
