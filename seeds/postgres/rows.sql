-- One statement, so that all four rows belong to one transaction. On an empty table the serial column gives ids 1 to 4.
INSERT INTO public.users (full_name, email) VALUES
    ('Alice Smith', 'alice@example.com'),
    ('Bob Jones', 'bob@example.com'),
    ('Charlie Brown', 'charlie@example.com'),
    ('Diana Prince', 'diana@example.com');
