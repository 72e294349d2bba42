"""The laws of the books, asked again from outside: a law that holds returns no rows.

PostgreSQL refuses what breaks them, so a row here means that somebody went around it.
"""

from __future__ import annotations

from datetime import timedelta

from billing_site.kernel.invariants import Row, law
from billing_site.platform import clock
from ledger.queries.incarnations import current, is_at_home
from ledger.queries.rows import rows

CLEARING_DAYS = 7


@law("Every entry balances in each currency")
def entries_balance() -> list[Row]:
    return rows("""
        SELECT entry_id AS entry, currency, sum(amount)::bigint AS difference
          FROM ledger_posting GROUP BY entry_id, currency HAVING sum(amount) <> 0""")


@law("Every entry has all its lines")
def entries_are_complete() -> list[Row]:
    return rows("""
        SELECT e.key AS entry, e.n_postings AS announced, coalesce(p.lines, 0) AS written
          FROM ledger_entry AS e
          LEFT JOIN (SELECT entry_id, count(*) AS lines, min(line) AS first, max(line) AS last
                       FROM ledger_posting GROUP BY entry_id) AS p ON p.entry_id = e.id
         WHERE (p.lines, p.first, p.last) IS DISTINCT FROM (e.n_postings, 1, e.n_postings)""")


@law("Every posting has its entry and its account, in that account's currency")
def postings_belong() -> list[Row]:
    return rows("""
        SELECT p.id AS posting, p.entry_id AS entry, p.account_id AS account
          FROM ledger_posting AS p
          LEFT JOIN ledger_entry AS e ON e.id = p.entry_id
          LEFT JOIN ledger_account AS a ON a.id = p.account_id
         WHERE e.id IS NULL OR a.currency IS DISTINCT FROM p.currency""")


@law("An account's balance is the sum of its postings, and its seq is their number")
def balances_are_sums() -> list[Row]:
    return rows("""
        SELECT a.code, a.currency, a.balance, coalesce(p.total, 0)::bigint AS postings,
               a.seq, coalesce(p.lines, 0) AS lines
          FROM ledger_account AS a
          LEFT JOIN (SELECT account_id, sum(amount) AS total, count(*) AS lines
                       FROM ledger_posting GROUP BY account_id) AS p ON p.account_id = a.id
         WHERE a.balance <> coalesce(p.total, 0) OR a.seq <> coalesce(p.lines, 0)""")


@law("Each posting starts from the balance that the one before it left")
def balances_run_on() -> list[Row]:
    return rows("""
        SELECT p.account_id AS account, p.seq, before.balance_after AS before, p.amount,
               p.balance_after
          FROM ledger_posting AS p
          LEFT JOIN ledger_posting AS before
                 ON before.account_id = p.account_id AND before.seq = p.seq - 1
         WHERE p.balance_after <> coalesce(before.balance_after, 0) + p.amount
            OR (before.id IS NULL AND p.seq <> 1)""")


@law("No account is beyond its floor or its ceiling")
def nothing_is_overdrawn() -> list[Row]:
    return rows("""
        SELECT code, currency, balance, held, min_balance, max_balance FROM ledger_account
         WHERE balance - held < min_balance OR balance > max_balance""")


@law("Debits and credits are equal over all accounts of a currency")
def trial_balance_is_zero() -> list[Row]:
    return rows("""
        SELECT currency, sum(balance)::bigint AS difference
          FROM ledger_account GROUP BY currency HAVING sum(balance) <> 0""")


@law("What accounts hold back is what open reservations set aside")
def held_is_reserved() -> list[Row]:
    return rows("""
        SELECT a.code, a.currency, a.held, coalesce(r.open, 0)::bigint AS reserved
          FROM ledger_account AS a
          LEFT JOIN (SELECT r.account_id, sum(r.amount) AS open
                       FROM ledger_reservation AS r
                       LEFT JOIN ledger_reservationend AS e ON e.reservation_id = r.id
                      WHERE e.reservation_id IS NULL
                      GROUP BY r.account_id) AS r ON r.account_id = a.id
         WHERE a.held <> coalesce(r.open, 0)""")


@law("An escrow holds what filled it, less what was released, refunded and divided off")
def escrows_add_up() -> list[Row]:
    return rows("""
        WITH moved AS (
            SELECT p.account_id, p.amount,
                   CASE WHEN e.kind IN ('fund_escrow', 'advance_week', 'refill_escrow')
                        THEN 'filled'
                        WHEN e.kind IN ('release_escrow', 'refund_from_escrow', 'lose_escrow')
                        THEN 'emptied'
                        WHEN e.kind = 'divide_escrow' THEN 'divided'
                        WHEN e.kind <> 'reversal' THEN 'other' END AS way
              FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
             WHERE p.account_id IN (SELECT id FROM ledger_account WHERE code ^@ 'escrow:')
               AND NOT EXISTS (SELECT FROM ledger_entry AS r
                                WHERE r.id = e.reverses_id OR r.reverses_id = e.id)),
        sums AS (
            SELECT account_id, coalesce(sum(amount) FILTER (WHERE way = 'filled'), 0) AS filled,
                   coalesce(-sum(amount) FILTER (WHERE way = 'emptied'), 0) AS emptied,
                   coalesce(sum(amount) FILTER (WHERE way = 'divided'), 0) AS divided,
                   coalesce(sum(amount) FILTER (WHERE way = 'other'), 0) AS other
              FROM moved GROUP BY account_id)
        SELECT a.code, a.currency, a.balance, s.filled, s.emptied, s.divided, s.other
          FROM ledger_account AS a JOIN sums AS s ON s.account_id = a.id
         WHERE a.balance <> s.filled - s.emptied + s.divided OR s.other <> 0""")


@law("A reversal mirrors its entry line by line")
def reversals_mirror() -> list[Row]:
    return rows("""
        SELECT r.key AS entry, p.account_id AS account, sum(p.amount)::bigint AS difference
          FROM ledger_entry AS r
          JOIN ledger_posting AS p ON p.entry_id IN (r.id, r.reverses_id)
         WHERE r.reverses_id IS NOT NULL
         GROUP BY r.key, p.account_id HAVING sum(p.amount) <> 0""")


@law("What a charge or refund put on clearing has left it after a week")
def clearing_returns_to_zero() -> list[Row]:
    return rows(
        """
        SELECT e.reference_type AS type, e.reference, p.currency,
               sum(p.amount)::bigint AS left_over, min(e.occurred_at) AS since
          FROM ledger_posting AS p
          JOIN ledger_entry AS e ON e.id = p.entry_id
         WHERE p.account_id IN (SELECT id FROM ledger_account WHERE code = 'provider:clearing')
         GROUP BY e.reference_type, e.reference, p.currency
        HAVING sum(p.amount) <> 0 AND min(e.occurred_at) < %s""",
        [clock.now() - timedelta(days=CLEARING_DAYS)],
    )


@law("The books live on the server that they were made or adopted on")
def books_are_at_home() -> list[Row]:
    return [] if is_at_home() else [{"incarnation": current()}]
