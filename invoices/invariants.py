"""Laws of documents: what they say, what the money did, and that no number is missing."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from invoices import approval_laws, credit_laws, expense_laws, fee_laws, receipt_laws, retainer_laws
from invoices.queries.number_report import broken_countings
from ledger.queries.rows import rows

OTHERS = (approval_laws, credit_laws, expense_laws, fee_laws, receipt_laws, retainer_laws)

BIRTHS = [
    ("contract", "draft"),
    ("milestone", "planned"),
    ("week", "open"),
    ("invoice", "draft"),
    ("refundrequest", "asked"),
]


@law("An invoice paid from held money asks exactly what was released for it")
def paid_invoices_are_released_escrows() -> list[Row]:
    return rows("""
        WITH RECURSIVE names(id, ref, corrects_id) AS (
            SELECT id, ref, corrects_id FROM invoices_invoice
            UNION ALL
            SELECT n.id, i.ref, i.corrects_id FROM names AS n
              JOIN invoices_invoice AS i ON i.id = n.corrects_id)
        SELECT i.ref AS invoice, i.number, i.state, i.gross, i.currency, sum(l.gross) AS released
          FROM invoices_invoice AS i JOIN names AS n ON n.id = i.id
          LEFT JOIN payments_lot AS l
            ON l.escrow_id = i.escrow_id AND l.document = 'invoice/' || n.ref
               AND l.currency = i.currency
         WHERE i.state IN ('approved', 'paid') AND i.escrow_id IS NOT NULL
         GROUP BY i.id HAVING i.gross IS DISTINCT FROM sum(l.gross)""")


@law("An approved invoice without held money is owed, and paid when nothing is left of that")
def approved_invoices_are_owed() -> list[Row]:
    return rows("""
        SELECT i.ref AS invoice, i.number, i.state, i.gross, o.gross AS owed, o.closed_at
          FROM invoices_invoice AS i LEFT JOIN payments_openitem AS o ON o.id = i.open_item_id
          LEFT JOIN payments_openitem AS was ON was.id = o.replaces_id
         WHERE i.state IN ('approved', 'paid') AND i.escrow_id IS NULL
           AND (o.id IS NULL OR o.currency <> i.currency
                OR was.id IS NULL AND o.gross <> i.gross
                OR o.gross + o.client_fee + o.client_fee_tax > was.paid + was.credited
                OR (i.state = 'paid') <> (o.closed_at IS NOT NULL))""")


@law("Released money has the invoice that it was released for")
def released_escrows_have_their_invoice() -> list[Row]:
    return rows("""
        SELECT l.ref AS lot, l.document, l.gross, l.currency FROM payments_lot AS l
         WHERE NOT EXISTS (
               SELECT FROM invoices_invoice AS i
                WHERE l.document = 'invoice/' || i.ref AND i.number IS NOT NULL)""")


@law("A funded milestone has a held escrow, and a closed one none")
def funded_milestones_hold_money() -> list[Row]:
    return rows("""
        SELECT m.ref AS milestone, m.state, e.ref AS escrow, e.state AS money
          FROM invoices_milestone AS m LEFT JOIN payments_escrow AS e ON e.id = m.escrow_id
         WHERE (m.state = 'funded') <> (e.state IS NOT DISTINCT FROM 'held')
            OR (m.state = 'closed' AND e.state NOT IN ('released', 'refunded', 'split'))""")


@law("What an escrow holds is the price that the milestone names, and the contract's VAT on it")
def escrows_hold_the_price() -> list[Row]:
    return rows("""
        SELECT m.ref AS milestone, m.price, e.net, e.gross FROM invoices_milestone AS m
          JOIN payments_escrow AS e ON e.id = m.escrow_id
         WHERE e.net <> m.price OR e.currency <> m.currency""")


@law("An invoice's lines, less the discount on the whole, add up to its net")
def lines_add_up() -> list[Row]:
    return rows("""
        SELECT i.ref AS invoice, i.net, i.discount_net, sum(l.amount) AS lines
          FROM invoices_invoice AS i
          LEFT JOIN invoices_invoiceline AS l ON l.invoice_id = i.id
         GROUP BY i.id
        HAVING i.net IS DISTINCT FROM sum(l.amount) - coalesce(i.discount_net, 0)""")


@law("Where an invoice has several rates, what stands under them is the whole")
def taxes_add_up() -> list[Row]:
    return rows("""
        SELECT i.ref AS invoice, i.net, i.tax, sum(t.net) AS nets, sum(t.tax) AS taxes
          FROM invoices_invoice AS i JOIN invoices_invoicetax AS t ON t.invoice_id = i.id
         GROUP BY i.id
        HAVING i.net <> sum(t.net) OR i.tax <> sum(t.tax)
            OR coalesce(i.discount_net, 0) <> sum(t.discount)
        UNION ALL
        SELECT i.ref, i.net, i.discount_net, sum(l.discount_share), NULL
          FROM invoices_invoice AS i JOIN invoices_invoiceline AS l ON l.invoice_id = i.id
         GROUP BY i.id HAVING i.discount_net IS DISTINCT FROM sum(l.discount_share)""")


@law("Under each rate stand its lines, less its part of the discount")
def rates_have_their_lines() -> list[Row]:
    return rows("""
        SELECT i.ref AS invoice, t.treatment, t.bps, t.net, sum(l.amount) AS lines
          FROM invoices_invoicetax AS t JOIN invoices_invoice AS i ON i.id = t.invoice_id
          LEFT JOIN invoices_invoiceline AS l ON l.invoice_id = i.id
               AND l.tax_treatment = t.treatment AND l.tax_bps = t.bps
         GROUP BY i.id, t.id HAVING t.net IS DISTINCT FROM sum(l.amount) - t.discount""")


@law("No number is missing: each counting has one document for each number it gave out")
def numbers_have_no_gap() -> list[Row]:
    return broken_countings()


@law("Each fee that was taken has its invoice, with the sums that were posted")
def fees_are_invoiced() -> list[Row]:
    return rows("""
        SELECT e.ref AS escrow, e.client_fee, e.client_fee_tax, f.net, f.tax
          FROM payments_escrow AS e
          LEFT JOIN invoices_feeinvoice AS f
            ON f.escrow_id = e.id AND f.side = 'client' AND f.renews_id IS NULL
         WHERE e.held_at IS NOT NULL AND e.client_fee > 0 AND e.divided_from_id IS NULL
           AND (f.net IS DISTINCT FROM e.client_fee OR f.tax IS DISTINCT FROM e.client_fee_tax)
        UNION ALL
        SELECT l.ref, l.fee, l.fee_tax, f.net, f.tax FROM payments_lot AS l
          LEFT JOIN invoices_feeinvoice AS f
            ON f.cause = 'lot/' || l.ref AND f.side = 'freelancer'
         WHERE l.fee <> coalesce(f.net, 0) OR l.fee_tax <> coalesce(f.tax, 0)
        UNION ALL
        SELECT s.document, s.client_fee, s.client_fee_tax, f.net, f.tax
          FROM payments_settlement AS s
          JOIN payments_charge AS c ON c.id = s.charge_id
          LEFT JOIN invoices_feeinvoice AS f
            ON f.cause = 'settlement/' || c.ref || '/' || split_part(s.document, '/', 2)
               AND f.side = 'client'
         WHERE s.client_fee + s.client_fee_tax > 0
           AND NOT (SELECT is_advanced FROM payments_openitem AS o
                                          WHERE o.id = s.open_item_id)
           AND (s.client_fee IS DISTINCT FROM f.net OR s.client_fee_tax IS DISTINCT FROM f.tax)""")


@law("A document is what it was when it was issued: its sums are those that were frozen")
def frozen_documents_say_their_sums() -> list[Row]:
    return rows("""
        SELECT 'invoice' AS kind, ref, number, gross, frozen ->> 'gross' AS said
          FROM invoices_invoice WHERE number IS NOT NULL
           AND (gross <> (frozen ->> 'gross')::numeric OR number <> frozen ->> 'number'
                OR tax <> (frozen ->> 'tax')::numeric)
        UNION ALL
        SELECT 'fee invoice', ref, number, gross, frozen ->> 'gross'
          FROM invoices_feeinvoice WHERE number IS NOT NULL
           AND (gross <> (frozen ->> 'gross')::numeric OR number <> frozen ->> 'number'
                OR tax <> (frozen ->> 'tax')::numeric)""")


@law("A kept PDF is the file whose hash the document names")
def kept_files_have_their_hash() -> list[Row]:
    return rows("""
        SELECT i.number, i.pdf_sha256, f.sha256 FROM invoices_invoice AS i
          JOIN platform_file AS f ON f.id = i.pdf_id WHERE f.sha256 <> i.pdf_sha256
        UNION ALL
        SELECT i.number, i.pdf_sha256, f.sha256 FROM invoices_feeinvoice AS i
          JOIN platform_file AS f ON f.id = i.pdf_id WHERE f.sha256 <> i.pdf_sha256""")


@law("Where a contract, a milestone, a week or an invoice stands is what its history says last")
def states_are_their_last_change() -> list[Row]:
    checks = [
        f"""SELECT '{noun}' AS kind, t.ref, t.state, c.became
              FROM invoices_{noun} AS t LEFT JOIN LATERAL (
                   SELECT became FROM invoices_{noun}change
                    WHERE {noun}_id = t.id ORDER BY id DESC LIMIT 1) AS c ON true
             WHERE t.state <> coalesce(c.became, '{born}')"""  # noqa: S608 -- our own constants
        for noun, born in BIRTHS
    ]
    return rows(" UNION ALL ".join(checks))


@law("A contract by the hour has a rate and a limit, and no other contract has either or time")
def hourly_terms_are_of_hourly_contracts() -> list[Row]:
    return rows("""
        SELECT c.ref AS contract, c.kind FROM invoices_contract AS c
         WHERE c.kind = 'hourly' IS DISTINCT FROM (
                   EXISTS (SELECT FROM invoices_rateversion WHERE contract_id = c.id)
               AND EXISTS (SELECT FROM invoices_weeklylimit WHERE contract_id = c.id))
            OR c.kind <> 'hourly' AND (
                   EXISTS (SELECT FROM invoices_week WHERE contract_id = c.id)
                OR EXISTS (SELECT FROM invoices_timer WHERE contract_id = c.id))""")


@law("Tracked time is time for which its timer ran")
def tracked_time_was_tracked() -> list[Row]:
    return rows("""
        SELECT e.ref AS entry, e.during, t.started_at, t.ended_at FROM invoices_timeentry AS e
          JOIN invoices_timer AS t ON t.id = e.timer_id
         WHERE e.person_id <> t.person_id OR e.contract_id <> t.contract_id
            OR NOT e.during <@ tstzrange(date_trunc('minute', t.started_at), t.ended_at)""")


@law("Nobody has time on a contract before it was accepted")
def time_follows_acceptance() -> list[Row]:
    return rows("""
        SELECT e.ref AS entry, e.during, c.accepted_at FROM invoices_timeentry AS e
          JOIN invoices_contract AS c ON c.id = e.contract_id
         WHERE c.accepted_at IS NULL
            OR lower(e.during) < date_trunc('minute', c.accepted_at)""")


@law("Held money that is asked back is held, and not under review")
def what_is_asked_back_is_held() -> list[Row]:
    return rows("""
        SELECT r.ref AS request, m.state AS milestone, e.state AS escrow, i.ref AS invoice
          FROM invoices_refundrequest AS r
          JOIN invoices_milestone AS m ON m.id = r.milestone_id
          LEFT JOIN payments_escrow AS e ON e.id = m.escrow_id
          LEFT JOIN invoices_invoice AS i
            ON i.milestone_id = m.id AND i.state IN ('submitted', 'contested')
         WHERE r.state = 'asked' AND r.kind = 'held'
           AND (m.state <> 'funded' OR e.state IS DISTINCT FROM 'held' OR i.id IS NOT NULL
                OR r.contract_id <> m.contract_id
                OR r.held <> e.gross - e.released - e.refunded - e.lost)""")


@law("What was granted of held money has left it: a part with an invoice, and the rest back")
def what_was_granted_has_left() -> list[Row]:
    return rows("""
        SELECT r.ref AS request, r.offered, sum(i.gross) AS invoiced, e.released, e.refunded
          FROM invoices_refundrequest AS r
          JOIN invoices_milestone AS m ON m.id = r.milestone_id
          JOIN payments_escrow AS e ON e.id = m.escrow_id
          LEFT JOIN invoices_invoice AS i ON i.milestone_id = m.id AND i.number IS NOT NULL
         WHERE r.state = 'granted' AND r.kind = 'held'
         GROUP BY r.id, e.id
        HAVING r.offered <> coalesce(sum(i.gross), 0)
            OR e.released < r.offered OR e.refunded < r.held - r.offered""")


@law("A contract that has ended has nothing open: no held money, no review, nothing owed")
def ended_contracts_have_nothing_open() -> list[Row]:
    return rows("""
        SELECT c.ref AS contract, 'milestone' AS kind, m.ref, m.state
          FROM invoices_contract AS c JOIN invoices_milestone AS m ON m.contract_id = c.id
         WHERE c.state = 'ended' AND m.state IN ('funding', 'funded')
        UNION ALL
        SELECT c.ref, 'week', w.ref, w.state
          FROM invoices_contract AS c JOIN invoices_week AS w ON w.contract_id = c.id
         WHERE c.state = 'ended' AND w.state <> 'closed'""")
