CREATE TYPE tint AS ENUM ('a', 'b');
CREATE TABLE n (
    id int PRIMARY KEY,
    ta text[],
    ua uuid[],
    ja jsonb[],
    ina inet[],
    ra int4range[],
    ea tint[]
);
INSERT INTO n (id, ta, ua, ja, ina, ra, ea) VALUES (1, '{{a,b},{c,d}}', '{{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}}', '{{"{}"}}', '{{10.0.0.1}}', '{{"[1,5)"}}', '{{a},{b}}');
INSERT INTO n (id) VALUES (2);
