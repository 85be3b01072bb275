-- wait
CREATE TYPE test_type AS ENUM ('V1', 'V2');
ALTER TABLE a ADD COLUMN value test_type NOT NULL DEFAULT 'V2';
INSERT INTO a (pk, n) VALUES (2, 2);
-- wait
ALTER TABLE a ADD COLUMN vals test_type[] NOT NULL DEFAULT '{V1}';
INSERT INTO a (pk, n) VALUES (3, 3);
