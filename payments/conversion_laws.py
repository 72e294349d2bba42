"""Laws of conversions: what was quoted, what was withdrawn and what the books say are the same."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from ledger.queries.rows import rows
from payments.queries.minor import coins, minor


@law("A used quote is one conversion in the books, by its own sums, and an unused one is none")
def quotes_are_in_the_books() -> list[Row]:
    return rows(f"""
        WITH moved AS (
            SELECT split_part(e.key, '/', 2) AS ref, p.currency, sum(p.amount)::bigint AS total
              FROM ledger_entry AS e
              JOIN ledger_posting AS p ON p.entry_id = e.id
              JOIN ledger_account AS a ON a.id = p.account_id
             WHERE e.kind = 'convert_payout' AND a.code LIKE 'freelancer:%'
             GROUP BY 1, 2),
        quoted AS (
            SELECT ref, currency, -{minor("amount", "currency")} AS total
              FROM payments_quote WHERE state = 'used'
             UNION ALL
            SELECT ref, into_currency, {minor('"into"', "into_currency")}
              FROM payments_quote WHERE state = 'used')
        SELECT ref AS quote, currency, q.total AS quoted, m.total AS moved
          FROM quoted AS q FULL JOIN moved AS m USING (ref, currency)
         WHERE q.total IS DISTINCT FROM m.total""")  # noqa: S608 -- our own constants


@law("What a quote makes is its sum less our margin, at its own rate, to the smallest coin")
def quotes_keep_their_rate() -> list[Row]:
    made = coins("(amount - margin) * rate", "into_currency")
    return rows(f"""
        SELECT ref AS quote, amount, margin, rate, "into"
          FROM payments_quote
         WHERE abs({made} - {coins('"into"', "into_currency")}) > 0.5""")  # noqa: S608


@law("Every used quote was withdrawn, and no other one")
def used_quotes_are_withdrawn() -> list[Row]:
    return rows("""
        SELECT q.ref AS quote, q.state, p.ref AS payout
          FROM payments_quote AS q LEFT JOIN payments_payout AS p ON p.quote_id = q.id
         WHERE (q.state = 'used') <> (p.id IS NOT NULL)""")
