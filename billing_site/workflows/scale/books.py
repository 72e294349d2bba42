"""Copies the books: entries and postings, balances and numbers of each account in its order."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

# An account is somebody's, of one thing that was done, or the platform's own.
_ACCOUNTS = r"""
CREATE TEMPORARY TABLE scale_account AS
SELECT a.*, CASE WHEN a.code ~ ('(^|:)' || a.holder_id || '(:|$)') THEN 'who'
                 WHEN pg_temp.scale_named(a.code, '') <> a.code THEN 'what'
            ELSE 'platform' END AS follows
  FROM ledger_account AS a
"""
_MORE_ACCOUNTS = r"""
INSERT INTO ledger_account (id, code, currency, kind, holder_id, parent_id, min_balance,
                            max_balance, balance, held, seq, closed_at)
SELECT a.id + c.who,
       regexp_replace(a.code, '(^|:)' || a.holder_id || '(:|$)',
                      '\1' || a.holder_id + c.who || '\2'),
       a.currency, a.kind, a.holder_id + c.who, NULL::bigint, a.min_balance, a.max_balance, 0,
       0, 0, a.closed_at
  FROM scale_account AS a, scale_copy AS c WHERE a.follows = 'who' AND c.v = 0 AND c.k > 0
UNION ALL
SELECT a.id + c.what, pg_temp.scale_named(a.code, c.what_tag), a.currency, a.kind,
       a.holder_id + c.who, NULL::bigint, a.min_balance, a.max_balance, 0, 0, 0, a.closed_at
  FROM scale_account AS a, scale_copy AS c WHERE a.follows = 'what' AND c.k > 0
"""
_ENTRIES = r"""
INSERT INTO ledger_entry (id, key, fingerprint, kind, memo, n_postings, reverses_id,
                          reference_type, reference, actor, client, client_tax, occurred_at,
                          posted_at, transaction_id, incarnation)
SELECT e.id + c.what,
       CASE WHEN pg_temp.scale_named(e.key, '') = e.key THEN e.key || '~' || c.k
            ELSE pg_temp.scale_named(e.key, c.what_tag) END,
       e.fingerprint, e.kind, e.memo, e.n_postings, e.reverses_id + c.what, e.reference_type,
       pg_temp.scale_named(e.reference, c.what_tag), e.actor + c.who,
       e.client + c.who, e.client_tax, e.occurred_at - c.back, e.posted_at - c.back,
       e.transaction_id, e.incarnation
  FROM ledger_entry AS e, scale_copy AS c WHERE c.k > 0
"""
_POSTINGS = """
CREATE TEMPORARY TABLE scale_posting AS SELECT * FROM ledger_posting;
TRUNCATE ledger_posting;
INSERT INTO ledger_posting (id, entry_id, line, account_id, currency, amount, seq, balance_after,
                            party, change, occurred_at)
SELECT row_number() OVER (), entry_id, line, account_id, currency, amount,
       row_number() OVER in_order, sum(amount) OVER in_order, party, change, occurred_at
  FROM (
    SELECT p.entry_id + c.what AS entry_id, p.line, p.currency, p.amount, p.change,
           p.account_id + CASE a.follows WHEN 'who' THEN c.who WHEN 'what' THEN c.what ELSE 0 END
               AS account_id,
           p.party + c.who AS party, p.occurred_at - c.back AS occurred_at, e.occurred_at - c.back AS at
      FROM scale_posting AS p
      JOIN ledger_entry AS e ON e.id = p.entry_id
      JOIN scale_account AS a ON a.id = p.account_id, scale_copy AS c) AS copied
WINDOW in_order AS (PARTITION BY account_id ORDER BY at, entry_id, line);
UPDATE ledger_account AS a SET balance = p.balance, seq = p.seq
  FROM (SELECT account_id, sum(amount) AS balance, count(*) AS seq
          FROM ledger_posting GROUP BY account_id) AS p
 WHERE p.account_id = a.id;
DROP TABLE scale_posting, scale_account
"""  # noqa: E501


# Numbers and balances of postings are new, so what was sealed is to be sealed again. Each copy
# is of the transaction of its original: a block takes whole ones, and stays small.
_SEALS = "TRUNCATE ledger_block"


def copy_books(cursor: CursorWrapper) -> None:
    """Copy the books as often as `scale_copy` has rows."""
    for statement in (_ACCOUNTS, _MORE_ACCOUNTS, _ENTRIES, _POSTINGS, _SEALS):
        cursor.execute(statement)
    for table in ("ledger_account", "ledger_entry", "ledger_posting"):
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608 - our own tables
        )
