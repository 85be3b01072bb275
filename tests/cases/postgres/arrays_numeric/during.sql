INSERT INTO a VALUES (2, '{1.2,3.4,5.6}', '{1.1,2.22,3.333}'), (3, '{NULL}', '{NULL,1}');
