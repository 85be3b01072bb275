CREATE EXTENSION hstore;
CREATE EXTENSION citext;
CREATE EXTENSION ltree;
CREATE EXTENSION isn;
CREATE TABLE x (
    id int PRIMARY KEY,
    c citext,
    l ltree,
    isb isbn,
    isb13 isbn13,
    h hstore,
    ca citext[],
    la ltree[],
    ha hstore[],
    isa isbn[]
);
INSERT INTO x (id, c, l, isb, isb13, h, ca, la, ha, isa) VALUES (1, 'MiXed', 'Top.Science', '0-393-04002-X', '978-0-393-04002-9', '"key1"=>"val1","key2"=>NULL', '{A,b,NULL}', '{a.b,c}', '{"\"key5\"=>NULL,\"key4\"=>\"val4\"","a=>b"}', '{0-393-04002-X}');
INSERT INTO x (id, c, l, h, ca, la, ha) VALUES (2, '', '', '', '{}', '{}', '{}');
INSERT INTO x (id, h, ha) VALUES (3, '"key4"=>"val4","key5"=>NULL', '{NULL}');
INSERT INTO x (id, h) VALUES (4, '"q\"uo"=>"b\\s", "ä😀"=>"	"');
INSERT INTO x (id, h) VALUES (5, 'a=>1,b=>2,c=>3,d=>4,e=>5,f=>6,g=>7,h=>8,i=>9,j=>10,k=>11,l=>12,m=>13,n=>14');
INSERT INTO x (id) VALUES (6);
CREATE TABLE x_nn (
    id int PRIMARY KEY,
    c citext NOT NULL,
    l ltree NOT NULL,
    isb isbn NOT NULL,
    isb13 isbn13 NOT NULL,
    h hstore NOT NULL,
    ca citext[] NOT NULL,
    la ltree[] NOT NULL,
    ha hstore[] NOT NULL,
    isa isbn[] NOT NULL
);
INSERT INTO x_nn VALUES (1, 'MiXed', 'Top.Science', '0-393-04002-X', '978-0-393-04002-9', '"key1"=>"val1","key2"=>NULL', '{A,b,NULL}', '{a.b,c}', '{"\"key5\"=>NULL,\"key4\"=>\"val4\"","a=>b"}', '{0-393-04002-X}');
