-- The users table of the pipeline, in the database `postgres`.
-- The replica identity stays at its default (the primary key), as in the deployment that users run today.
CREATE TABLE IF NOT EXISTS public.users (
    user_id    serial PRIMARY KEY,
    full_name  text,
    email      text UNIQUE,
    created_at timestamp DEFAULT now(),
    updated_at timestamp DEFAULT now()
);
