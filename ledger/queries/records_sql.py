"""The statement behind an organization's records."""

from __future__ import annotations

FAMILIES = {  # what an entry moves, by the kind of account: credit is plus
    "held": "escrow:%",
    "deferred": "deferred:%",
    "credit": "client:%:credit",
    "receivable": "client:%:receivable",
    "works": "freelancer:%",
    "available": "freelancer:%:available",
    "from_outside": "provider:clearing",
    "client_fee": "income:client_fee%",
    "freelancer_fee": "income:freelancer_fee%",
    "payout_fee": "income:payout_fee%",
    "fx_margin": "income:fx_margin%",
    "taxes": "tax:%",
    "sent": "payout:%",
    "refunded": "refund:%",
}

_MOVED = ",\n".join(
    f"coalesce(sum(m.amount) FILTER (WHERE a.code LIKE '{pattern}'), 0)::bigint AS {name}".replace(
        "%", "%%"
    )
    for name, pattern in FAMILIES.items()
)
# Where the rows follow one another, one sum leads to the first of them; else all are summed up.
WITHOUT_GAPS = """
SELECT entry_id, (sum(change) OVER (ORDER BY occurred_at, entry_id)
       + (SELECT coalesce(sum(b.change), 0) FROM ledger_posting AS b
           WHERE b.party = %s AND b.currency = %s AND (b.occurred_at, b.entry_id)
                 < (SELECT occurred_at, entry_id FROM found
                     ORDER BY occurred_at, entry_id LIMIT 1)))::bigint AS balance
  FROM found
"""
WITH_GAPS = """
SELECT entry_id, sum(sum(change)) OVER (ORDER BY occurred_at, entry_id)::bigint AS balance
  FROM ledger_posting WHERE party = %s AND currency = %s
 GROUP BY occurred_at, entry_id
"""
ROWS = f"""
WITH found AS MATERIALIZED (
       SELECT p.entry_id, p.occurred_at, sum(p.change)::bigint AS change
          FROM ledger_posting AS p {{join}}
         WHERE p.party = %s AND p.currency = %s {{where}}
         GROUP BY p.occurred_at, p.entry_id
         ORDER BY p.occurred_at {{order}}, p.entry_id {{order}} {{limit}}),
     running AS MATERIALIZED ({{running}})
SELECT e.id AS entry, found.occurred_at AS at, e.key, e.kind, e.memo, e.reference_type,
       e.reference, e.client_tax, found.change, running.balance, moved.*
  FROM found
  JOIN ledger_entry AS e ON e.id = found.entry_id
  JOIN running ON running.entry_id = found.entry_id
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE a.code LIKE 'freelancer:%%') > 0 AS is_of_works, {_MOVED}
         FROM ledger_posting AS m JOIN ledger_account AS a ON a.id = m.account_id
        WHERE m.entry_id = e.id AND m.currency = %s) AS moved
 ORDER BY found.occurred_at {{order}}, found.entry_id {{order}}
"""  # noqa: S608 # made of constants
