INSERT INTO a VALUES (3, 'ab', 'ab', 'ä€😀', 'name', 'x'), (4, '', '', '', '', '');
INSERT INTO a VALUES (5, E'a\tb', E'\b\f\n\r', E'quote " backslash \\ slash / \u007f \u0085 \u2028', 'n', NULL);
INSERT INTO a VALUES (6, E'\x01', E'\x1f', '𝄞😀é', 'n', NULL);
