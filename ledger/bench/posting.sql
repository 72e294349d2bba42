-- One entry through the door of the books: a header, three lines, three balances, all the laws.
\set a random(1, :accounts / 3)
\set b random(:accounts / 3 + 1, 2 * :accounts / 3)
\set c random(2 * :accounts / 3 + 1, :accounts)
\set x random(1, 100)
\set nonce random(1, 9000000000000000000)
SELECT ledger_post('bench/' || :client_id || '/' || :nonce, sha256('the same of all'), 'bench',
                   'A line of the bench', now(), 'bench', 'REFERENCE', NULL, NULL,
                   ARRAY['bench:' || :a, 'bench:' || :b, 'bench:' || :c],
                   ARRAY['EUR', 'EUR', 'EUR'],
                   ARRAY[-3 * :x, 2 * :x, :x]::bigint[]);
