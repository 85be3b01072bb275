-- signal {"id": "s1", "type": "execute-snapshot", "data": {"data-collections": ["public.a"], "type": "incremental"}}
-- records public.a 5
-- records notices 7
UPDATE a SET txt = 'y' WHERE pk = 1;
