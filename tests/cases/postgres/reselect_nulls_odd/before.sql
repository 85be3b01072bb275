CREATE TABLE m (pk int PRIMARY KEY, v money);
CREATE TABLE t6 (pk int PRIMARY KEY, v time);
CREATE TABLE b1 (pk int PRIMARY KEY, v bit);
CREATE TABLE b3 (pk int PRIMARY KEY, v bit(3));
CREATE TABLE p (pk int PRIMARY KEY, v point);
CREATE TABLE tt (pk int PRIMARY KEY, v timetz);
CREATE TABLE old (pk int PRIMARY KEY, v date);
