"""Laws of approvals: who agreed to what, and that it stands only while it should."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from ledger.queries.rows import rows


@law("Whoever approved an invoice agreed to its total, in the round that was approved")
def approvers_agreed() -> list[Row]:
    return rows("""
        SELECT i.ref AS invoice, i.number, i.gross, a.seen FROM invoices_invoice AS i
          LEFT JOIN invoices_approval AS a ON a.invoice_id = i.id AND a.round = i.round
               AND a.by_id = i.approved_by_id AND a.cleared_at IS NULL
         WHERE i.approved_by_id IS NOT NULL AND i.corrects_id IS NULL AND i.round > 0
           AND (a.id IS NULL OR a.seen <> i.gross OR a.currency <> i.currency)""")


@law("No approval stands of what went back, was withdrawn or was handed in anew")
def approvals_stand_where_they_were_given() -> list[Row]:
    return rows("""
        SELECT i.ref AS invoice, i.state, i.round, a.round AS of_round, a.seen
          FROM invoices_approval AS a JOIN invoices_invoice AS i ON i.id = a.invoice_id
         WHERE a.cleared_at IS NULL
           AND (i.round <> a.round OR i.state IN ('draft', 'returned', 'withdrawn'))""")


@law("What waits for approval asks for what is held for it, and not for what a bank took")
def reviews_ask_for_what_is_held() -> list[Row]:
    return rows("""
        SELECT i.ref AS invoice, i.gross, e.gross - e.gone AS held, e.lost
          FROM invoices_invoice AS i
          JOIN (SELECT *, released + refunded + divided + lost AS gone FROM payments_escrow) AS e
            ON e.id = i.escrow_id
         WHERE i.state = 'submitted' AND e.state = 'held' AND i.gross <> e.gross - e.gone
        UNION ALL
        SELECT i.ref, i.gross, 0, e.lost FROM invoices_invoice AS i
          JOIN payments_escrow AS e ON e.id = i.escrow_id
         WHERE i.source = 'week' AND i.state IN ('submitted', 'returned') AND e.state = 'lost'""")
