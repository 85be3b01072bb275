CREATE TABLE a (id int PRIMARY KEY, v text);
CREATE TABLE b (id int PRIMARY KEY, v text);
CREATE TABLE "B" (id int PRIMARY KEY, v text);
CREATE TABLE ignored (id int PRIMARY KEY);
INSERT INTO a VALUES (1, 'snapshot');
