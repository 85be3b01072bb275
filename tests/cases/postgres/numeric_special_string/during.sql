INSERT INTO a VALUES (2, 'NaN', 'NaN');
INSERT INTO a VALUES (3, NULL, 'Infinity'), (4, NULL, '-Infinity');
