CREATE TABLE a (id int PRIMARY KEY, v text);
CREATE TABLE beats (id serial PRIMARY KEY, side text, at timestamptz DEFAULT now());
INSERT INTO a VALUES (1, 'snapshot');
