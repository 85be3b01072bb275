INSERT INTO spatial_ref_sys VALUES (2);
INSERT INTO sub."Spatial_Ref_Sys" VALUES (2);
CREATE TEMPORARY TABLE t (pk int PRIMARY KEY);
INSERT INTO t VALUES (1);
UPDATE information_schema.sql_features SET comments = 'x' WHERE feature_id = 'B011';
COMMENT ON TABLE a IS 'x';
INSERT INTO a VALUES (2);
