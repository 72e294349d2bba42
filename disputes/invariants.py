"""The laws of disputes, each a query for what breaks it."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from billing_site.kernel.money import EXPONENTS
from ledger.queries.rows import rows

# Running, or with an outcome that has not been carried out.
_UNSPLIT = "d.split_at IS NULL AND d.state NOT IN ('withdrawn', 'void')"


@law("Nothing leaves disputed money: it is frozen, and its invoice is contested")
def disputed_money_stays() -> list[Row]:
    return rows(f"""
        SELECT d.ref AS dispute, d.state, i.state AS invoice
          FROM disputes_dispute AS d JOIN invoices_invoice AS i ON i.id = d.invoice_id
         WHERE {_UNSPLIT} AND (i.state <> 'contested' OR NOT EXISTS (
               SELECT FROM payments_freeze AS f WHERE f.escrow_id = d.escrow_id
                  AND f.cause = 'dispute' AND f.ended_at IS NULL))""")  # noqa: S608 -- our own


@law("Money is kept because of a dispute only while there is one")
def freezes_have_their_disputes() -> list[Row]:
    return rows(f"""
        SELECT e.ref AS escrow, f.opened_at FROM payments_freeze AS f
          JOIN payments_escrow AS e ON e.id = f.escrow_id
         WHERE f.cause = 'dispute' AND f.ended_at IS NULL AND NOT EXISTS (
               SELECT FROM disputes_dispute AS d
                WHERE d.escrow_id = f.escrow_id AND {_UNSPLIT})""")  # noqa: S608 -- our own


@law("What a dispute split is what left its escrow, to both sides")
def splits_are_what_left() -> list[Row]:
    return rows("""
        SELECT d.ref AS dispute, d.split_to_freelancer, e.released, d.split_to_client, e.refunded
          FROM disputes_dispute AS d JOIN payments_escrow AS e ON e.id = d.escrow_id
         WHERE d.split_at IS NOT NULL
           AND (d.split_to_freelancer > e.released OR d.split_to_client > e.refunded)""")


@law("What is final or awarded is what somebody decided")
def final_figures_were_decided() -> list[Row]:
    return rows("""
        SELECT d.ref AS dispute, d.state, d.figure FROM disputes_dispute AS d
         WHERE d.state IN ('final', 'awarded') AND d.figure IS DISTINCT FROM (
               SELECT c.figure FROM disputes_decision AS c
                WHERE c.dispute_id = d.id AND c.in_force_at IS NOT NULL
                ORDER BY c.in_force_at DESC, c.id DESC LIMIT 1)""")


@law("A dispute is in the state that its history ends with")
def disputes_are_their_last_change() -> list[Row]:
    return rows("""
        SELECT d.ref AS dispute, d.state, last.became FROM disputes_dispute AS d
          LEFT JOIN LATERAL (SELECT c.became FROM disputes_disputechange AS c
                WHERE c.dispute_id = d.id ORDER BY c.id DESC LIMIT 1) AS last ON true
         WHERE d.state <> coalesce(last.became, 'open')""")


@law("A share of an arbitration is in the books while it is held, and not before or after")
def shares_are_in_the_books() -> list[Row]:
    factors = " ".join(f"WHEN '{code}' THEN {10**places}" for code, places in EXPONENTS.items())
    return rows(f"""
        WITH held AS (
            SELECT d.ref, s.currency, sum(s.amount * CASE s.currency {factors} END) AS total
              FROM disputes_arbitrationshare AS s JOIN disputes_dispute AS d ON d.id = s.dispute_id
             WHERE s.settled_at IS NULL AND s.amount > 0 GROUP BY d.ref, s.currency),
        books AS (
            SELECT substr(code, 13) AS ref, currency, balance FROM ledger_account
             WHERE code ^@ 'arbitration:')
        SELECT ref, currency, coalesce(total, 0) AS held, coalesce(balance, 0) AS balance
          FROM held FULL JOIN books USING (ref, currency)
         WHERE coalesce(total, 0) <> coalesce(balance, 0)""")  # noqa: S608 -- our own
