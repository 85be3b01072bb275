CREATE TABLE i (
    id int PRIMARY KEY,
    i interval,
    i3 interval(3),
    iy interval year to month
);
INSERT INTO i (id, i, i3, iy) VALUES (1, '1 year 2 months 3 days 4 hours 5 minutes 6.78 seconds', '1.23456 seconds', '1-2');
INSERT INTO i (id, i, i3) VALUES (2, '1 month', '0.007 seconds');
INSERT INTO i (id, i) VALUES (3, '-1 year -2 months +3 days -04:05:06.7');
INSERT INTO i (id, i) VALUES (4, '0');
INSERT INTO i (id, i) VALUES (5, '-00:00:00.000001');
INSERT INTO i (id, i) VALUES (6, '178000000 years');
INSERT INTO i (id, i) VALUES (7, '-178000000 years');
INSERT INTO i (id, i) VALUES (8, '1.5 seconds');
INSERT INTO i (id, i) VALUES (9, '1 day -1 second');
INSERT INTO i (id, i) VALUES (10, '1.235 seconds');
INSERT INTO i (id, i) VALUES (11, '10000000.123457 seconds');
INSERT INTO i (id, i) VALUES (12, '-0.1 seconds');
INSERT INTO i (id) VALUES (13);
CREATE TABLE i_nn (
    id int PRIMARY KEY,
    i interval NOT NULL,
    i3 interval(3) NOT NULL,
    iy interval year to month NOT NULL
);
INSERT INTO i_nn VALUES (1, '1 year 2 months 3 days 4 hours 5 minutes 6.78 seconds', '1.23456 seconds', '1-2');
