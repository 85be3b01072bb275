CREATE TABLE b (n int NOT NULL, txt text);
INSERT INTO b SELECT n, 'x' FROM generate_series(1, 5) n;
