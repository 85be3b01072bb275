CREATE TABLE a (id int PRIMARY KEY, v text);
CREATE TABLE b (x text, y int, v text, PRIMARY KEY (x, y));
CREATE TABLE e (id int PRIMARY KEY, v text);
CREATE TABLE n (id int, v text);
INSERT INTO a SELECT i, 'a' || i FROM generate_series(1, 7) i;
INSERT INTO b SELECT chr(97 + i % 3), i, 'b' || i FROM generate_series(1, 5) i;
INSERT INTO n VALUES (1, 'n');
CREATE TABLE sig_{slot} (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048));
