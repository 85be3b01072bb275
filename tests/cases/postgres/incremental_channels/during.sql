-- signal {"id": "s1", "type": "execute-snapshot", "from": "nobody", "data": {"data-collections": ["public.a"], "why": {"because": [1, 2]}}}
-- records notices 7
INSERT INTO {slot} VALUES ('s2', 'execute-snapshot', '{"data-collections": ["public.b"], "additional-condition": "pk < 9", "why": null}');
-- records notices 11
UPDATE a SET txt = 'y' WHERE pk = 1;
