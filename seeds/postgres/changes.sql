-- Run after rows.sql, outside a transaction block: two transactions, one update and one delete.
UPDATE public.users SET full_name = 'Bob A. Jones' WHERE user_id = 2;
DELETE FROM public.users WHERE user_id = 4;
