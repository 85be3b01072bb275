CREATE TABLE a (pk int PRIMARY KEY, i inet, c cidr, m macaddr, m8 macaddr8);
INSERT INTO a VALUES (1, '192.168.2.0/12', '192.168.100.128/25', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05');
