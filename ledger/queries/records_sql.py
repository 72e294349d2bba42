"""The statement behind an organization's records."""

from __future__ import annotations

# What an entry moves, by the kind of account: credit is plus. The first pattern that fits counts.
FAMILIES = {
    "held": "escrow:%",
    "deferred": "deferred:%",
    "available": "freelancer:%:available",
    "works": "freelancer:%",
    "taxes": "tax:%",
    "client_fee": "income:client_fee%",
    "freelancer_fee": "income:freelancer_fee%",
    "from_outside": "provider:clearing",
    "credit": "client:%:credit",
    "receivable": "client:%:receivable",
    "payout_fee": "income:payout_fee%",
    "fx_margin": "income:fx_margin%",
    "sent": "payout:%",
    "refunded": "refund:%",
}
_OF_WORKS = [list(FAMILIES).index(name) for name in ("available", "works")]

# OFFSET 0: an account is looked at once, and not again for every sum.
_FITS = "\n".join(
    f"WHEN a.code LIKE '{pattern}' THEN {place}" for place, pattern in enumerate(FAMILIES.values())
).replace("%", "%%")
_MOVED = ",\n".join(
    f"coalesce(sum(m.amount) FILTER (WHERE m.family = {place}), 0)::bigint AS {name}"
    for place, name in enumerate(FAMILIES)
)
_SUMS = f"""
       coalesce(bool_or(m.family IN ({_OF_WORKS[0]}, {_OF_WORKS[1]})), false) AS is_of_works,
       {_MOVED}"""
_DETAILS = f"""
 CROSS JOIN LATERAL (
       SELECT {_SUMS}
         FROM (SELECT p.amount, CASE {_FITS} END AS family
                 FROM ledger_posting AS p JOIN ledger_account AS a ON a.id = p.account_id
                WHERE p.entry_id = e.id AND p.currency = %s OFFSET 0) AS m) AS moved
"""  # noqa: S608 # made of constants
# What an entry is about: a settlement's key names the charge first, and then what it settled,
# and that of a release the escrow, and then the invoice.
SUBJECT = """
(CASE WHEN w.key LIKE 'settlement/%%' THEN 'document/' || split_part(w.key, '/', 3)
      WHEN w.key LIKE 'escrow/%%/released/%%' THEN 'invoice/' || split_part(w.key, '/', 4)
      ELSE split_part(w.key, '/', 1) || '/' || split_part(w.key, '/', 2) END)
"""
# The gross of a row as records.figures has it, for a client and for a freelancer; its sign aside.
_TAX = "coalesce(w.client_tax, CASE WHEN s.is_of_works THEN 0 ELSE s.taxes END)"
_GROSS = {
    True: f"""
    CASE WHEN s.held <> 0 OR s.deferred <> 0 THEN s.held + s.deferred + {_TAX}
         WHEN w.kind IN ('pay_invoice', 'recover_written_off') THEN s.from_outside + s.credit
         WHEN w.kind IN ('collect_receivable', 'write_off_receivable') THEN s.receivable
         ELSE s.change END""",
    False: """
    s.change + s.freelancer_fee + s.payout_fee + s.fx_margin
    + s.taxes - coalesce(w.client_tax, 0)""",
}
MOVES = {
    is_client: f"""
 AND EXISTS (
     SELECT FROM (
            SELECT coalesce(bool_or(m.family IN ({_OF_WORKS[0]}, {_OF_WORKS[1]})), false)
                   AS is_of_works, coalesce(sum(m.change), 0) AS change,
                   bool_or(abs(m.amount) = %s) AS is_moved, {_MOVED}
              FROM (SELECT x.amount, CASE WHEN x.party = p.party THEN x.change END AS change,
                           CASE {_FITS} END AS family
                      FROM ledger_posting AS x JOIN ledger_account AS a ON a.id = x.account_id
                     WHERE x.entry_id = p.entry_id AND x.currency = %s OFFSET 0) AS m) AS s
      WHERE s.is_moved OR abs({gross}) = %s)
"""  # noqa: S608 # made of constants
    for is_client, gross in _GROSS.items()
}
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
_FOUND = """
WITH found AS MATERIALIZED (
       SELECT p.entry_id, p.occurred_at, sum(p.change)::bigint AS change
          FROM ledger_posting AS p {join}
         WHERE p.party = %s AND p.currency = %s {where}
         GROUP BY p.occurred_at, p.entry_id
         ORDER BY p.occurred_at {order}, p.entry_id {order} {limit}),
     running AS MATERIALIZED ({running})
"""
ROWS = f"""
{_FOUND}
SELECT e.id AS entry, found.occurred_at AS at, found.change, running.balance,
       e.key, e.kind, e.memo, e.reference_type, e.reference, e.client_tax, moved.*
  FROM found
  JOIN ledger_entry AS e ON e.id = found.entry_id
  JOIN running ON running.entry_id = found.entry_id
  {_DETAILS}
 ORDER BY found.occurred_at {{order}}, found.entry_id {{order}}
"""  # noqa: S608 # made of constants
# Of a million rows first what they are and where they lead, which is small and in order, …
PLACES = f"""
{_FOUND}
SELECT found.entry_id, found.occurred_at, found.change, running.balance
  FROM found JOIN running ON running.entry_id = found.entry_id
 ORDER BY found.occurred_at {{order}}, found.entry_id {{order}}
"""  # noqa: S608 # made of constants
# … then what they say, some thousands at a time: looked up and summed together, not one by one.
SAYING = f"""
SELECT e.key, e.kind, e.memo, e.reference_type, e.reference, e.client_tax,
       moved.is_of_works, {", ".join(f"moved.{name}" for name in FAMILIES)}
  FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted (entry, place)
  JOIN ledger_entry AS e ON e.id = wanted.entry
  JOIN (SELECT m.entry_id, {_SUMS}
          FROM (SELECT p.entry_id, p.amount, CASE {_FITS} END AS family
                  FROM ledger_posting AS p JOIN ledger_account AS a ON a.id = p.account_id
                 WHERE p.entry_id = ANY(%s::bigint[]) AND p.currency = %s OFFSET 0) AS m
         GROUP BY m.entry_id) AS moved ON moved.entry_id = wanted.entry
 ORDER BY wanted.place
"""  # noqa: S608 # made of constants
