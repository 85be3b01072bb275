CREATE TABLE a (pk int PRIMARY KEY, r tsrange[], i int4range[]);
INSERT INTO a VALUES (1, ARRAY[tsrange('2019-03-31 15:30:00', 'infinity')], '{"[1,5)"}');
