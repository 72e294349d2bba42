-- The floor: the rows of one entry, written by nobody who checks anything. One header, three
-- lines and two balances, in a transaction as short as a client can make it. Run by
-- pgbench -M prepared; `floor_*` are copies of the books' tables with their indexes, and
-- without triggers, constraints of value, foreign keys or functions.
\set a random(1, :accounts / 3)
\set b random(:accounts / 3 + 1, 2 * :accounts / 3)
\set c random(2 * :accounts / 3 + 1, :accounts)
\set x random(1, 100)
\set nonce random(1, 9000000000000000000)
BEGIN;
UPDATE floor_account SET balance = balance - 3 * :x, seq = seq + 1 WHERE id = :a
 RETURNING seq AS seq_a, balance AS balance_a \gset
UPDATE floor_account SET balance = balance + 2 * :x, seq = seq + 1 WHERE id = :b
 RETURNING seq AS seq_b, balance AS balance_b \gset
INSERT INTO floor_entry (key, fingerprint, kind, memo, n_postings, occurred_at, reference_type,
                         reference, transaction_id)
VALUES ('bench/' || :client_id || '/' || :nonce, sha256('the same of all'),
        'bench', 'A line of the bench', 3, now(), 'bench', 'REFERENCE', '1') RETURNING id \gset
INSERT INTO floor_posting (entry_id, line, account_id, currency, amount, seq, balance_after)
VALUES (:id, 1, :a, 'EUR', -3 * :x, :seq_a, :balance_a),
       (:id, 2, :b, 'EUR', 2 * :x, :seq_b, :balance_b),
       (:id, 3, :c, 'EUR', :x, :id, 0);
COMMIT;
