"""Laws of what comes after an invoice: credit notes, fees given back, write-offs."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from billing_site.kernel.money import EXPONENTS
from ledger.queries.rows import rows

_FACTORS = " ".join(f"WHEN '{code}' THEN {10**places}" for code, places in EXPONENTS.items())


@law("A credit note's lines add up to its net")
def credited_lines_add_up() -> list[Row]:
    return rows("""
        SELECT n.ref AS credit_note, n.net, sum(l.amount) AS lines FROM invoices_creditnote AS n
          LEFT JOIN invoices_creditnoteline AS l ON l.credit_note_id = n.id
         GROUP BY n.id HAVING n.net IS DISTINCT FROM sum(l.amount)""")


@law("An invoice is credited if and only if its credit notes add up to it")
def credited_invoices_have_nothing_left() -> list[Row]:
    return rows("""
        SELECT i.ref AS invoice, i.state, i.gross, sum(n.gross) AS credited
          FROM invoices_invoice AS i JOIN invoices_creditnote AS n ON n.invoice_id = i.id
         GROUP BY i.id
        HAVING (i.state = 'credited') <> (sum(n.gross) = i.gross AND sum(n.net) = i.net)
        UNION ALL
        SELECT i.ref, i.state, i.gross, 0 FROM invoices_invoice AS i
         WHERE i.state = 'credited'
           AND NOT EXISTS (SELECT FROM invoices_creditnote AS n WHERE n.invoice_id = i.id)""")


@law("What a credit note gave the client is what the books say of it")
def credit_notes_are_in_the_books() -> list[Row]:
    return rows(f"""
        WITH posted AS (
            SELECT e.reference AS ref, p.currency,
                   sum(p.amount) FILTER (WHERE a.code LIKE 'client:%:credit') AS credit,
                   sum(p.amount) FILTER (WHERE a.code LIKE 'client:%:receivable') AS receivable
              FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id
              JOIN ledger_account AS a ON a.id = p.account_id
             WHERE e.reference_type = 'credit_note' GROUP BY 1, 2)
        SELECT n.ref AS credit_note, n.to_credit, n.to_receivable, p.credit, p.receivable
          FROM invoices_creditnote AS n
          LEFT JOIN posted AS p ON p.ref = n.ref AND p.currency = n.currency
         WHERE n.to_credit * CASE n.currency {_FACTORS} END <> coalesce(p.credit, 0)
            OR n.to_receivable * CASE n.currency {_FACTORS} END
               <> coalesce(p.receivable, 0)""")  # noqa: S608 -- our own constants


@law("A fee that goes back in the books has its credit notes, over the same sum")
def fees_given_back_are_credited() -> list[Row]:
    return rows(f"""
        WITH back AS (
            SELECT e.reference_type || '/' || e.reference AS cause, p.currency,
                   -sum(p.amount)::bigint AS fees
              FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id
              JOIN ledger_account AS a ON a.id = p.account_id
             WHERE e.kind IN ('refund_released', 'refund_from_escrow',
                              'lose_escrow', 'lose_chargeback')
               AND (a.code LIKE 'income:%' OR a.code LIKE 'deferred:client_fee:%')
             GROUP BY 1, 2),
        credited AS (
            SELECT cause, currency, sum(net) AS net FROM invoices_feecreditnote GROUP BY 1, 2)
        SELECT cause, currency, coalesce(b.fees, 0) AS fees, coalesce(c.net, 0) AS credited
          FROM back AS b FULL JOIN credited AS c USING (cause, currency)
         WHERE coalesce(b.fees, 0)
               <> coalesce(c.net, 0) * CASE currency {_FACTORS} END""")  # noqa: S608 -- our own


@law("A corrected invoice asks the same as what it replaces, which was credited")
def corrections_ask_the_same() -> list[Row]:
    return rows("""
        SELECT new.ref AS invoice, new.gross, old.ref AS corrects, old.gross AS was, old.state
          FROM invoices_invoice AS new JOIN invoices_invoice AS old ON old.id = new.corrects_id
         WHERE (new.net, new.tax, new.gross, new.currency, new.recipient_id, new.issuer_id)
               IS DISTINCT FROM
               (old.net, old.tax, old.gross, old.currency, old.recipient_id, old.issuer_id)
            OR old.state <> 'credited'""")


@law("Credit notes are what they were when they were issued, and their files have their hash")
def credit_notes_say_their_sums() -> list[Row]:
    return rows(
        " UNION ALL ".join(
            f"""SELECT '{noun}' AS kind, d.ref, d.number, d.gross, d.frozen ->> 'gross' AS said
              FROM invoices_{noun} AS d LEFT JOIN platform_file AS f ON f.id = d.pdf_id
             WHERE d.number IS NOT NULL
               AND (d.gross <> (d.frozen ->> 'gross')::numeric
                    OR d.number <> d.frozen ->> 'number'
                    OR d.tax <> (d.frozen ->> 'tax')::numeric
                    OR f.sha256 <> d.pdf_sha256)"""  # noqa: S608 -- our own constants
            for noun in ("creditnote", "feecreditnote")
        )
    )


@law("Where a write-off stands is what its history says last, and its invoice agrees")
def write_offs_are_their_last_change() -> list[Row]:
    return rows("""
        SELECT w.ref AS write_off, w.state, c.became, i.state AS invoice
          FROM invoices_writeoff AS w JOIN invoices_invoice AS i ON i.id = w.invoice_id
          LEFT JOIN LATERAL (
               SELECT became FROM invoices_writeoffchange
                WHERE write_off_id = w.id ORDER BY id DESC LIMIT 1) AS c ON true
         WHERE w.state <> coalesce(c.became, 'asked')
            OR (w.state = 'confirmed' AND i.state NOT IN ('written_off', 'paid', 'credited'))""")
