"""Laws of retainers: no day is billed twice, and none is left out."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from ledger.queries.rows import rows


@law("The periods of a retainer follow each other without a gap, up to the one that runs")
def periods_follow_each_other() -> list[Row]:
    return rows("""
        SELECT p.contract_id AS contract, p.starts_on, p.ends_on, p.after FROM (
               SELECT contract_id, starts_on, ends_on,
                      lead(starts_on) OVER (PARTITION BY contract_id ORDER BY starts_on) AS after
                 FROM invoices_retainerperiod) AS p
          JOIN invoices_retainerterms AS t ON t.contract_id = p.contract_id
         WHERE p.after <> p.ends_on + 1
            OR p.after IS NULL AND t.bills_on IS NOT NULL AND t.bills_on <= p.ends_on + 1
            OR p.starts_on < t.starts_on OR p.ends_on > t.ends_on""")


@law("The invoice of a period asks for what the period costs, and bills nothing else")
def periods_cost_what_is_invoiced() -> list[Row]:
    return rows("""
        SELECT i.ref AS invoice, i.net, p.amount FROM invoices_invoice AS i
          LEFT JOIN invoices_retainerperiod AS p ON p.invoice_id = i.id
         WHERE (i.source = 'period') <> (p.id IS NOT NULL) OR i.net <> p.amount
            OR i.contract_id <> p.contract_id OR i.supplied_from <> p.starts_on
            OR i.supplied_to <> p.ends_on""")


@law("A retainer has its terms, and no other contract has any")
def terms_are_of_retainers() -> list[Row]:
    return rows("""
        SELECT c.ref AS contract, c.kind FROM invoices_contract AS c
          LEFT JOIN invoices_retainerterms AS t ON t.contract_id = c.id
         WHERE (c.kind = 'retainer') <> (t.id IS NOT NULL) OR c.currency <> t.currency""")
