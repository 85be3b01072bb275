INSERT INTO a VALUES (100, 'behind the snapshot');
INSERT INTO c VALUES ($$behind$$);
UPDATE b SET v = 'other' WHERE id = 7;
