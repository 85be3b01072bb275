CREATE TABLE a (pk int PRIMARY KEY, d decimal(3,2) DEFAULT 1.1, n numeric DEFAULT 10.5, z numeric(12,0) DEFAULT 0.0, m numeric(6,4) NOT NULL DEFAULT 22.22, f float8 DEFAULT 1.5, r real DEFAULT 0.1);
