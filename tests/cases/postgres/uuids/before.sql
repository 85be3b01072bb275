CREATE TABLE a (pk uuid PRIMARY KEY, u uuid DEFAULT gen_random_uuid(), m uuid NOT NULL DEFAULT '76019d1a-ad2e-4b22-96e9-1a6d6543c818');
INSERT INTO a VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', NULL);
