CREATE TABLE a (pk int PRIMARY KEY, d date[], t timestamp[], t3 timestamp(3)[], z timestamptz[], ti time[], tt timetz[]);
INSERT INTO a VALUES (1, '{2020-01-01,NULL}', '{2020-01-01 01:02:03.456789}', '{2020-01-01 01:02:03.456}', '{2020-01-01 01:02:03+00}', '{01:02:03}', '{01:02:03+01}');
