"""Laws of withdrawals: what they say of themselves is what the books say."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from ledger.queries.rows import rows
from payments.queries.minor import minor


@law("What of a payout's fee went back is in the books, once")
def fees_of_payouts_go_back() -> list[Row]:
    return rows(f"""
        WITH given AS (
            SELECT e.reference AS ref, p.currency, sum(p.amount)::bigint AS total
              FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id
              JOIN ledger_account AS a ON a.id = p.account_id
             WHERE e.kind = 'slow_payout' AND a.code LIKE 'freelancer:%'
             GROUP BY 1, 2)
        SELECT p.ref AS payout, p.fee_back, coalesce(g.total, 0) AS given
          FROM payments_payout AS p
          LEFT JOIN given AS g ON g.ref = p.ref AND g.currency = p.currency
         WHERE {minor("coalesce(p.fee_back, 0)", "p.currency")}
               <> coalesce(g.total, 0)""")  # noqa: S608 -- our own constants
