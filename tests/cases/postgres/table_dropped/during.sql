-- stop
INSERT INTO s1.a (aa) VALUES (1);
INSERT INTO s2.a (aa) VALUES (1);
DROP TABLE s1.a;
-- start
INSERT INTO s2.a (aa) VALUES (2);
