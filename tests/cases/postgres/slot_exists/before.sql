CREATE TABLE a (pk int PRIMARY KEY, txt text);
SELECT pg_create_logical_replication_slot('{slot}', 'pgoutput');
CREATE PUBLICATION {publication} FOR ALL TABLES;
INSERT INTO a VALUES (1, 'x');
