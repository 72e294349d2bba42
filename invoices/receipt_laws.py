"""Laws of receipts: each says what the money did, once, and stays as it was issued."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from ledger.queries.rows import rows


@law("Each payment that arrived and each sum that is held has its receipt")
def money_has_its_receipts() -> list[Row]:
    return rows("""
        SELECT 'payment' AS kind, c.ref, c.amount, r.amount AS said FROM payments_charge AS c
          LEFT JOIN invoices_receipt AS r ON r.charge_id = c.id AND r.kind = 'payment'
         WHERE c.state = 'succeeded' AND r.amount IS DISTINCT FROM c.amount
        UNION ALL
        SELECT 'deposit', e.ref, e.gross, r.amount FROM payments_escrow AS e
          LEFT JOIN invoices_receipt AS r ON r.escrow_id = e.id AND r.kind = 'deposit'
         WHERE e.funded_by_id IS NOT NULL AND e.divided_from_id IS NULL
           AND r.amount IS DISTINCT FROM e.gross""")


@law("A receipt says the sum that moved, and its file is the one that was kept")
def receipts_say_their_sums() -> list[Row]:
    return rows("""
        SELECT r.kind, r.ref, r.number, r.amount, r.frozen ->> 'gross' AS said
          FROM invoices_receipt AS r LEFT JOIN platform_file AS f ON f.id = r.pdf_id
         WHERE r.number IS NOT NULL
           AND (r.number <> r.frozen ->> 'number'
                OR (r.kind <> 'payout' AND r.amount <> (r.frozen ->> 'gross')::numeric)
                OR f.sha256 <> r.pdf_sha256)""")


@law("What came back after it was sent has a note that takes its advice back")
def advices_are_taken_back() -> list[Row]:
    return rows("""
        SELECT p.ref AS payout, p.state, r.number AS advice FROM payments_payout AS p
          JOIN invoices_receipt AS r ON r.payout_id = p.id AND r.kind = 'payout'
          LEFT JOIN invoices_receipt AS b ON b.payout_id = p.id AND b.kind = 'back'
         WHERE (p.state IN ('failed', 'cancelled')) <> (b.id IS NOT NULL)""")
