INSERT INTO a VALUES (1, 'x');
BEGIN;
INSERT INTO a VALUES (2, 'prepared');
UPDATE a SET txt = 'y' WHERE pk = 1;
PREPARE TRANSACTION 'tailrace_one';
INSERT INTO a VALUES (3, 'between');
BEGIN;
INSERT INTO a VALUES (4, 'rolled back');
PREPARE TRANSACTION 'tailrace_two';
-- restart
COMMIT PREPARED 'tailrace_one';
ROLLBACK PREPARED 'tailrace_two';
INSERT INTO a VALUES (5, 'after');
