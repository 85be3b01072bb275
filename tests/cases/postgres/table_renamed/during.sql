ALTER TABLE a RENAME TO renamed;
INSERT INTO renamed VALUES (2, 'y');
