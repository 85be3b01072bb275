INSERT INTO a VALUES (3, 'infinity'), (4, '-infinity');
