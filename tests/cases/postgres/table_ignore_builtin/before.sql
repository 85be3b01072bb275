CREATE SCHEMA sub;
CREATE TABLE spatial_ref_sys (pk int PRIMARY KEY);
CREATE TABLE sub."Spatial_Ref_Sys" (pk int PRIMARY KEY);
CREATE TABLE a (pk int PRIMARY KEY);
INSERT INTO spatial_ref_sys VALUES (1);
INSERT INTO sub."Spatial_Ref_Sys" VALUES (1);
INSERT INTO a VALUES (1);
