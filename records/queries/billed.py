"""What a client was billed in some days: every document that was issued to it, as it was frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing_site.kernel.invariants import Row
from billing_site.kernel.money import Money, zero
from billing_site.people.models import Organization
from ledger.queries.rows import rows
from records.queries.lots import DAY, morning

# Each document that one client is the recipient of; `{ours}` is its key, or what names it in SQL.
PAPERS = """
        SELECT false AS is_credit, false AS is_fee, i.issued_at, i.frozen, p.name AS project
          FROM invoices_invoice AS i JOIN invoices_contract AS c ON c.id = i.contract_id
          LEFT JOIN invoices_project AS p ON p.id = c.project_id
         WHERE i.number IS NOT NULL AND i.recipient_id = {ours}
        UNION ALL
        SELECT true, false, n.issued_at, n.frozen, p.name
          FROM invoices_creditnote AS n JOIN invoices_invoice AS i ON i.id = n.invoice_id
          JOIN invoices_contract AS c ON c.id = i.contract_id
          LEFT JOIN invoices_project AS p ON p.id = c.project_id
         WHERE n.recipient_id = {ours}
        UNION ALL
        SELECT false, true, f.issued_at, f.frozen, p.name
          FROM invoices_feeinvoice AS f JOIN invoices_contract AS c ON c.id = f.contract_id
          LEFT JOIN invoices_project AS p ON p.id = c.project_id
         WHERE f.number IS NOT NULL AND f.recipient_id = {ours}
        UNION ALL
        SELECT true, true, n.issued_at, n.frozen, p.name
          FROM invoices_feecreditnote AS n JOIN invoices_feeinvoice AS f ON f.id = n.fee_invoice_id
          JOIN invoices_contract AS c ON c.id = f.contract_id
          LEFT JOIN invoices_project AS p ON p.id = c.project_id
         WHERE n.number IS NOT NULL AND f.recipient_id = {ours}"""
OURS = PAPERS.format(ours="%(ours)s")
DOCUMENTS = f"""
    WITH papers AS ({OURS})
    SELECT is_credit, is_fee, coalesce(project, frozen ->> 'project', '') AS project,
           frozen ->> 'kind' AS kind, frozen ->> 'number' AS number,
           (frozen ->> 'issued_on')::date AS issued_on, frozen #>> '{{issuer,name}}' AS issuer,
           coalesce(frozen ->> 'purchase_order', '') AS purchase_order,
           (frozen ->> 'gross')::numeric AS gross, (frozen ->> 'tax')::numeric AS tax
      FROM papers
     WHERE issued_at >= %(since)s AND issued_at < %(until)s
       AND frozen ->> 'currency' = %(currency)s
     ORDER BY (project IS NULL), project, issued_at, is_fee, number"""  # noqa: S608 # made of constants
CURRENCIES = f"""
    SELECT p.currency FROM ledger_posting AS p
     WHERE p.party = %(ours)s AND p.occurred_at >= %(since)s AND p.occurred_at < %(until)s
    UNION
    SELECT papers.frozen ->> 'currency' FROM ({OURS}) AS papers
     WHERE papers.issued_at >= %(since)s AND papers.issued_at < %(until)s
     ORDER BY currency"""  # noqa: S608 # made of constants


@dataclass(frozen=True, slots=True)
class BilledDocument:
    """One paper. What a credit note takes back has a minus."""

    is_credit: bool
    is_fee: bool
    project: str
    kind: str
    number: str
    issued_on: date
    issuer: str
    purchase_order: str
    gross: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Billed:
    documents: list[BilledDocument]
    billed: Money
    credited: Money
    tax: Money  # as the documents say it: theirs, and nobody's twice

    @property
    def amount(self) -> Money:
        return self.billed - self.credited


def billed(client: Organization, currency: str, since: date, until: date) -> Billed:
    """Return what was issued from *since* to *until*, both days included, in UTC."""
    found = rows(
        DOCUMENTS,
        {
            "ours": client.pk,
            "currency": currency,
            "since": morning(since),
            "until": morning(until + DAY),
        },
    )
    documents = [_document(row, currency) for row in found]
    nothing = zero(currency)
    return Billed(
        documents=documents,
        billed=sum((each.gross for each in documents if not each.is_credit), nothing),
        credited=-sum((each.gross for each in documents if each.is_credit), nothing),
        tax=sum((each.tax for each in documents), nothing),
    )


def currencies_of(client: Organization, since: date, until: date) -> list[str]:
    """Return in which currencies anything was posted for it, or issued to it, in these days.

    What is owed has a document, and nothing is posted before it is paid.
    """
    days = {"since": morning(since), "until": morning(until + DAY)}
    return [row["currency"] for row in rows(CURRENCIES, {"ours": client.pk, **days})]


def _document(row: Row, currency: str) -> BilledDocument:
    sign = Decimal(-1 if row["is_credit"] else 1)
    sums = {name: Money(sign * row[name], currency) for name in ("gross", "tax")}
    return BilledDocument(**{**row, **sums})
