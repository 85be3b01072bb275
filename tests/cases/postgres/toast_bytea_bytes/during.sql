UPDATE a SET n = 2;
