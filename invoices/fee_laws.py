"""Laws of our fees that had gone back with what a bank took, and are earned after all."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from billing_site.kernel.money import EXPONENTS
from ledger.queries.rows import rows

_FACTORS = " ".join(f"WHEN '{code}' THEN {10**places}" for code, places in EXPONENTS.items())


@law("A fee that is earned again after a bank had it has its invoices, over the same sum")
def fees_earned_again_are_invoiced() -> list[Row]:
    return rows(f"""
        WITH again AS (
            SELECT e.reference AS ref, p.currency, sum(p.amount)::bigint AS fees
              FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id
              JOIN ledger_account AS a ON a.id = p.account_id
             WHERE e.kind IN ('return_loss', 'refill_escrow')
               AND (a.code LIKE 'income:%' OR a.code LIKE 'deferred:client_fee:%')
             GROUP BY 1, 2),
        invoiced AS (
            SELECT split_part(cause, '/', 2) AS ref, currency, sum(net) AS net
              FROM invoices_feeinvoice WHERE renews_id IS NOT NULL GROUP BY 1, 2)
        SELECT ref AS chargeback, currency, coalesce(a.fees, 0) AS fees,
               coalesce(i.net, 0) AS invoiced
          FROM again AS a FULL JOIN invoiced AS i USING (ref, currency)
         WHERE coalesce(a.fees, 0)
               <> coalesce(i.net, 0) * CASE currency {_FACTORS} END""")  # noqa: S608 -- our own
