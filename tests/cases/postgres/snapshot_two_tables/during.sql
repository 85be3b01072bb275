INSERT INTO s1.a (aa) VALUES (2);
INSERT INTO s2.a (aa, bb) VALUES (2, 'two');
