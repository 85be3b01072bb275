CREATE FUNCTION f() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';
CREATE TABLE a (pk int PRIMARY KEY, dint int DEFAULT NULL::integer, dvc2 varchar(10) DEFAULT 'NULL', dvc varchar(10) DEFAULT NULL, dt1 timestamp DEFAULT CURRENT_TIMESTAMP, u uuid DEFAULT f(),
  z numeric(12,0) DEFAULT 0.0, neg int DEFAULT -1, sum int DEFAULT (1+2), q text DEFAULT 'it''s', b boolean DEFAULT (now() IS NOT NULL), c char(3) DEFAULT 'ab', i8 bigint DEFAULT 9223372036854775807,
  si smallint DEFAULT '7', js jsonb DEFAULT '{"a": 1}', arr int[] DEFAULT '{}', n inet DEFAULT '127.0.0.1', by bytea DEFAULT 'x', id int GENERATED ALWAYS AS IDENTITY, bi bit(2) DEFAULT B'10');
