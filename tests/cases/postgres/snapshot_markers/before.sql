CREATE TABLE a (pk int PRIMARY KEY);
CREATE TABLE b (pk int PRIMARY KEY);
CREATE TABLE c (pk int PRIMARY KEY);
INSERT INTO a SELECT generate_series(1, 3);
INSERT INTO b SELECT generate_series(1, 4);
INSERT INTO c SELECT generate_series(1, 2);
