INSERT INTO a VALUES (2, ARRAY[tsrange('2019-03-31 15:30:00', 'infinity')], '{"[1,5)",empty}');
