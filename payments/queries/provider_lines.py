"""Where the provider's balance and our books do not agree: a fixed number of statements.

What a provider's line is called in our books follows from its kind: the entry's key names the
line itself, or the payout that the transfer or the bank payment was for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.invariants import Row
from billing_site.kernel.money import Money, from_minor
from ledger.queries.rows import rows

# What leaves a balance before it is known to have arrived, and what brings it back.
GONE = "('payout', 'refund')"
BACK = "('payout_failure', 'payout_reversal', 'refund_failure')"
# The account in our books that stands for a balance at the provider, and its side.
BOOKS = """CASE WHEN l.account = '' THEN 'provider:balance'
             ELSE 'provider:payee:' || (SELECT y.organization_id FROM payments_payee AS y
                                         WHERE y.account = l.account) END"""
NAMES = """
    SELECT l.id, 'provider/' || l.line_id || '/settled' AS key FROM waiting AS l
    UNION ALL
    SELECT l.id, 'payout/' || p.ref || '/transferred'
      FROM waiting AS l JOIN payments_payout AS p ON p.transfer_id = l.source_id
     WHERE l.kind = 'transfer' AND l.source_id <> ''
    UNION ALL
    SELECT l.id, 'payout/' || p.ref || CASE l.kind WHEN 'payout' THEN '/paid' ELSE '/returned' END
      FROM waiting AS l JOIN payments_payout AS p ON p.payout_id = l.source_id
     WHERE l.kind IN ('payout', 'payout_failure', 'payout_reversal') AND l.source_id <> ''
    UNION ALL
    SELECT l.id, 'sweep/' || l.source_id || CASE l.kind WHEN 'payout' THEN '' ELSE '/back' END
      FROM waiting AS l WHERE l.account = '' AND l.source_id <> ''
       AND l.kind IN ('payout', 'payout_failure', 'payout_reversal')
    UNION ALL
    SELECT l.id, 'topup/' || l.source_id || CASE l.kind WHEN 'topup' THEN '' ELSE '/back' END
      FROM waiting AS l WHERE l.account = '' AND l.source_id <> ''
       AND l.kind IN ('topup', 'topup_reversal')
    UNION ALL
    SELECT l.id, 'exchange/' || l.source_id FROM waiting AS l
     WHERE l.source_id <> '' AND l.kind NOT IN
           ('transfer', 'transfer_reversal', 'payout', 'payout_failure', 'payout_reversal')"""
# A payout is taken from the payee's balance when it is sent, a refund from ours when it is made;
# our books have them once they have arrived.
ON_ITS_WAY = """(EXISTS (SELECT FROM payments_payout AS p WHERE p.payout_id = l.source_id
                          AND p.state IN ('sending', 'sent'))
                 OR EXISTS (SELECT FROM payments_refund AS r WHERE r.refund_id = l.source_id
                             AND r.refund_id <> '' AND r.state = 'sent'))"""
# What our bank sent, and what came back to it before the provider had it, has no line at all.
NEVER_CAME = """EXISTS (
                SELECT FROM ledger_entry AS o
                 WHERE o.key = CASE e.kind WHEN 'top_up_balance' THEN e.key || '/back'
                                    WHEN 'return_top_up' THEN left(e.key, -5) END
                   AND NOT EXISTS (SELECT FROM payments_providerline AS l
                                    WHERE l.entry_key = o.key))"""
MATCH = f"""
    WITH waiting AS (SELECT * FROM payments_providerline WHERE matched_at IS NULL AND gateway = %s),
         names AS ({NAMES})
    UPDATE payments_providerline AS l SET entry_key = e.key, matched_at = %s
      FROM names AS n JOIN ledger_entry AS e ON e.key = n.key
     WHERE l.id = n.id"""  # noqa: S608 -- our own constants
# What did not arrive left a balance and came back to it, and was never in the books.
CANCEL_OUT = f"""
    WITH pairs AS (
        SELECT gateway, account, source_id FROM payments_providerline
         WHERE matched_at IS NULL AND gateway = %s AND (kind IN {GONE} OR kind IN {BACK})
         GROUP BY gateway, account, source_id
        HAVING count(*) > 1 AND sum(amount_minor - cost_minor) = 0)
    UPDATE payments_providerline AS l SET matched_at = %s
      FROM pairs AS p WHERE l.matched_at IS NULL
       AND (l.gateway, l.account, l.source_id) = (p.gateway, p.account, p.source_id)"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Side:
    """One balance in one currency, as both sides have it."""

    account: str
    lines: int
    at_provider: Money
    in_books: Money
    waiting: int


def not_in_books(gateway: str, *, before: datetime) -> list[Row]:
    return rows(
        f"""
        SELECT l.id AS line_id, 'line/' || l.line_id AS about, l.account, l.currency,
               l.amount_minor - l.cost_minor AS amount, '' AS entry_key, l.made_at AS happened_at
          FROM payments_providerline AS l
         WHERE l.matched_at IS NULL AND l.gateway = %s AND l.made_at <= %s
           AND l.amount_minor <> l.cost_minor AND NOT {ON_ITS_WAY}
         ORDER BY l.id""",  # noqa: S608 -- our own constants
        [gateway, before],
    )


def other_sums(gateway: str, *, since: datetime) -> list[Row]:
    """Of what was matched since then."""
    return rows(
        f"""
        WITH sums AS (
            SELECT l.*, coalesce((SELECT sum(p.amount) FROM ledger_posting AS p
                     JOIN ledger_entry AS e ON e.id = p.entry_id
                     JOIN ledger_account AS a ON a.id = p.account_id
                    WHERE e.key = l.entry_key AND a.code = {BOOKS}
                      AND a.currency = l.currency), 0)::bigint AS booked
              FROM payments_providerline AS l
             WHERE l.gateway = %s AND l.matched_at >= %s AND l.entry_key <> '')
        SELECT id AS line_id, 'line/' || line_id || '/sum' AS about, account, currency,
               amount_minor - cost_minor + booked AS amount, entry_key, made_at AS happened_at
          FROM sums WHERE amount_minor - cost_minor + booked <> 0 ORDER BY id""",  # noqa: S608
        [gateway, since],
    )


def not_at_provider(
    gateway: str, *, since: datetime, before: datetime, unread: list[str]
) -> list[Row]:
    """Entries of that time which moved money at the provider, as far as our books know.

    Nothing is said of the accounts *unread*.
    """
    return rows(
        f"""
        SELECT NULL::bigint AS line_id, coalesce(y.account, '') AS account,
               'entry/' || e.key || '/' || coalesce(y.account, '') || '/' || a.currency AS about,
               a.currency, sum(p.amount)::bigint AS amount,
               e.key AS entry_key, e.occurred_at AS happened_at
          FROM ledger_account AS a
          LEFT JOIN payments_payee AS y ON a.code = 'provider:payee:' || y.organization_id
          JOIN ledger_posting AS p ON p.account_id = a.id
          JOIN ledger_entry AS e ON e.id = p.entry_id
         WHERE (a.code = 'provider:balance' OR a.code ^@ 'provider:payee:')
           AND e.occurred_at BETWEEN %s AND %s
           AND coalesce(y.account, '') <> ALL(%s)
           AND NOT EXISTS (SELECT FROM payments_providerline AS l
                            WHERE l.entry_key = e.key AND l.gateway = %s
                              AND l.account = coalesce(y.account, '')
                              AND l.currency = a.currency)
           AND NOT {NEVER_CAME}
         GROUP BY e.id, y.account, a.currency HAVING sum(p.amount) <> 0 ORDER BY e.id""",  # noqa: S608
        [since, before, unread, gateway],
    )


def agreed_since(gateway: str) -> list[Row]:
    """Open differences whose other side has turned up meanwhile."""
    return rows(
        f"""
        SELECT d.id FROM payments_reconciliationdifference AS d
          LEFT JOIN payments_providerline AS l ON l.id = d.line_id
         WHERE d.state = 'open' AND d.gateway = %s
           AND CASE d.sort
               WHEN 'not_in_books' THEN l.matched_at IS NOT NULL
               WHEN 'not_at_provider' THEN EXISTS (
                    SELECT FROM payments_providerline AS f WHERE f.entry_key = d.entry_key
                       AND f.gateway = d.gateway AND f.account = d.account
                       AND f.currency = d.currency)
                 OR EXISTS (SELECT FROM ledger_entry AS e
                             WHERE e.key = d.entry_key AND {NEVER_CAME})
               ELSE false END
         ORDER BY d.id""",  # noqa: S608 -- our own constants
        [gateway],
    )


def sides(gateway: str) -> list[Side]:
    found = rows(
        f"""
        WITH theirs AS (
            SELECT l.account, {BOOKS} AS code, l.currency, count(*) AS lines,
                   sum(l.amount_minor - l.cost_minor)::bigint AS total,
                   count(*) FILTER (WHERE l.matched_at IS NULL) AS waiting
              FROM payments_providerline AS l WHERE l.gateway = %s
             GROUP BY l.account, code, l.currency)
        SELECT coalesce(t.account, '') AS account, coalesce(t.code, a.code) AS code,
               coalesce(t.currency, a.currency) AS currency, coalesce(t.lines, 0) AS lines,
               coalesce(t.total, 0) AS total, coalesce(t.waiting, 0) AS waiting,
               coalesce(-a.balance, 0) AS booked
          FROM theirs AS t FULL JOIN (
              SELECT * FROM ledger_account
               WHERE code = 'provider:balance' OR code ^@ 'provider:payee:') AS a
            ON a.code = t.code AND a.currency = t.currency
         ORDER BY code, currency""",  # noqa: S608 -- our own constants
        [gateway],
    )
    return [
        Side(
            account=row["account"]
            or ("ours" if row["code"] == "provider:balance" else row["code"]),
            lines=row["lines"],
            at_provider=from_minor(row["total"], row["currency"]),
            in_books=from_minor(row["booked"], row["currency"]),
            waiting=row["waiting"],
        )
        for row in found
    ]
