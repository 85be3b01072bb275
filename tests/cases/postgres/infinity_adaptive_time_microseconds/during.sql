INSERT INTO a VALUES (3, 'infinity', 'infinity', 'infinity', NULL), (4, '-infinity', '-infinity', '-infinity', NULL);
