CREATE TABLE a (pk int PRIMARY KEY, p point, m point NOT NULL DEFAULT '(0,0)');
INSERT INTO a VALUES (1, '(1,1)', '(-1.5,2e10)');
