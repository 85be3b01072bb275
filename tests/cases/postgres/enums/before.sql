CREATE TYPE test_type AS ENUM ('V1', 'V2', 'with space');
CREATE TABLE a (pk int PRIMARY KEY, e test_type, d test_type NOT NULL DEFAULT 'V2', arr test_type[]);
INSERT INTO a VALUES (1, 'V1', 'V1', '{V1,V2}');
