CREATE TABLE a (pk int PRIMARY KEY, d decimal(3,2), dzs decimal(4), dvs decimal, n numeric(6,4), d_s decimal(4,2), z numeric, big numeric, must numeric(10,3) NOT NULL DEFAULT 1.5);
INSERT INTO a VALUES (1, 1.1, 10.11, 10.1111, 22.22, 3.30, 0, -1234567890.123456789, 5);
INSERT INTO a (pk) VALUES (2);
