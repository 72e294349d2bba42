"""Laws of expenses: what a client pays back is what was paid."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from ledger.queries.rows import rows


@law("An expense is on an invoice of its contract, whose gross is what was paid for all on it")
def expenses_are_invoiced_as_paid() -> list[Row]:
    return rows("""
        SELECT i.ref AS invoice, i.gross, sum(e.gross) AS paid FROM invoices_invoice AS i
          LEFT JOIN invoices_expense AS e
            ON e.invoice_id = i.id AND e.contract_id = i.contract_id AND e.currency = i.currency
         WHERE i.source = 'expenses' AND i.state <> 'withdrawn'
         GROUP BY i.id HAVING i.gross IS DISTINCT FROM sum(e.gross)
        UNION ALL
        SELECT e.ref, e.gross, NULL FROM invoices_expense AS e
          JOIN invoices_invoice AS i ON i.id = e.invoice_id
         WHERE i.source <> 'expenses' OR i.contract_id <> e.contract_id""")
