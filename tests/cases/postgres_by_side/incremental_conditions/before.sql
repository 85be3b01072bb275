CREATE TABLE a1 (id int PRIMARY KEY, v text);
CREATE TABLE a2 (id bigint PRIMARY KEY, v text, k uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(), n int NOT NULL);
CREATE TABLE b (id numeric(10,2) PRIMARY KEY, v text);
INSERT INTO a1 SELECT i, 'a' || i FROM generate_series(1, 10) i;
INSERT INTO a2 SELECT i, 'a' || i, ('00000000-0000-0000-0000-0000000000' || (20 - i))::uuid, 20 - i FROM generate_series(1, 8) i;
INSERT INTO b SELECT i + 0.5, 'b' || i FROM generate_series(1, 5) i;
CREATE TABLE sig_{slot} (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048));
