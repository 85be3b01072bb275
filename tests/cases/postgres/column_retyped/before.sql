CREATE TABLE a (pk serial PRIMARY KEY, num_val numeric(5,2));
INSERT INTO a (num_val) VALUES (123.45);
