INSERT INTO a VALUES (3, E'\\001\\002\\003', '\xfbff');
INSERT INTO a VALUES (4, '\xfffefdfcfbfa', '\x00');
UPDATE a SET raw = '\xff00' WHERE id = 2;
DELETE FROM a WHERE id = 1;
