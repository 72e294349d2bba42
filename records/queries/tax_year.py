"""What a year's documents come to, for whoever files a tax return: figures, and no advice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from django.db.models import Q
from django.db.models.functions import ExtractQuarter

from billing_site.kernel.invariants import Row
from billing_site.kernel.money import Money, zero
from billing_site.people.models import Organization
from invoices.models import Invoice
from ledger.queries.rows import rows
from records.queries.lots import grouped, lots_of, morning, released_in

QUARTERS = (1, 2, 3, 4)
DOCUMENTS = """
    WITH papers AS (
        SELECT 'work' AS what, false AS is_credit, issued_at, frozen FROM invoices_invoice
         WHERE number IS NOT NULL AND (issuer_id = %(ours)s OR recipient_id = %(ours)s)
        UNION ALL
        SELECT 'work', true, issued_at, frozen FROM invoices_creditnote
         WHERE issuer_id = %(ours)s OR recipient_id = %(ours)s
        UNION ALL
        SELECT 'fee', false, issued_at, frozen FROM invoices_feeinvoice
         WHERE number IS NOT NULL AND recipient_id = %(ours)s
        UNION ALL
        SELECT 'fee', true, n.issued_at, n.frozen FROM invoices_feecreditnote AS n
          JOIN invoices_feeinvoice AS f ON f.id = n.fee_invoice_id
         WHERE n.number IS NOT NULL AND f.recipient_id = %(ours)s)
    SELECT what, is_credit, extract(quarter FROM issued_at AT TIME ZONE 'UTC')::int AS quarter,
           CASE WHEN what = 'fee' OR %(is_client)s THEN frozen #>> '{issuer,country}'
                ELSE frozen #>> '{recipient,country}' END AS country,
           tax ->> 'treatment' AS treatment, (tax ->> 'bps')::int AS bps,
           sum((tax ->> 'net')::numeric) AS net, sum((tax ->> 'tax')::numeric) AS tax,
           count(*) AS documents
      FROM papers, jsonb_array_elements(frozen -> 'taxes') AS tax
     WHERE issued_at >= %(since)s AND issued_at < %(until)s
       AND frozen ->> 'currency' = %(currency)s
     GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 3, 4, 5, 6, 2"""


@dataclass(frozen=True, slots=True)
class TaxLine:
    """What was billed in a quarter to or from one country at one rate; credits have a minus."""

    what: str  # "work" or "fee"
    is_credit: bool
    quarter: int
    country: str
    treatment: str
    bps: int
    net: Money
    tax: Money
    documents: int

    @property
    def words(self) -> str:
        what = {"work": "Work", "fee": "Our fee"}[self.what]
        credited = ", credited" if self.is_credit else ""
        rate = f"{self.bps / 100:g} %" if self.treatment == "standard" else self.treatment
        return f"Q{self.quarter} · {what}{credited} · {self.country} · {rate.replace('_', ' ')}"

    @property
    def gross(self) -> Money:
        return self.net + self.tax

    @property
    def amounts(self) -> list[Money]:
        return [self.net, self.tax, self.gross]


@dataclass(frozen=True, slots=True)
class Quarter:
    """With tax: what was billed, what of it credited, our fees, and what of them given back."""

    words: str
    gross: Money
    refunds: Money
    fees: Money
    fees_back: Money

    @property
    def amounts(self) -> list[Money]:
        return [self.gross, self.refunds, self.fees, self.fees_back]


@dataclass(frozen=True, slots=True)
class Paid:
    """What a seller was paid in a quarter, as reports of platforms ask for it."""

    quarter: int
    gross: Money  # what clients paid for the work, whatever went back
    consideration: Money  # after our fees and what went back
    fees: Money
    count: int


@dataclass(frozen=True, slots=True)
class TaxYear:
    organization: Organization
    year: int
    currency: str
    lines: list[TaxLine]
    quarters: list[Quarter]
    whole: Quarter
    paid: list[Paid]


def tax_year(organization: Organization, currency: str, year: int) -> TaxYear:
    """Return what the documents that were issued in *year* come to, by UTC."""
    found = rows(
        DOCUMENTS,
        {
            "ours": organization.pk,
            "is_client": organization.is_client,
            "currency": currency,
            "since": morning(date(year, 1, 1)),
            "until": morning(date(year + 1, 1, 1)),
        },
    )
    lines = [_line(row, currency) for row in found]
    return TaxYear(
        organization=organization,
        year=year,
        currency=currency,
        lines=lines,
        quarters=[
            _quarter(f"Q{number}", [line for line in lines if line.quarter == number], currency)
            for number in QUARTERS
        ],
        whole=_quarter(str(year), lines, currency),
        paid=[] if organization.is_client else _paid(organization, currency, year),
    )


def billed_in(organization: Organization, year: int) -> list[str]:
    """Return the currencies of the invoices of *year*: also of those that nobody has paid."""
    issued = Invoice.objects.filter(
        Q(issuer=organization) | Q(recipient=organization),
        number__isnull=False,
        issued_at__gte=morning(date(year, 1, 1)),
        issued_at__lt=morning(date(year + 1, 1, 1)),
    )
    return list(issued.order_by().values_list("currency", flat=True).distinct())


def _line(row: Row, currency: str) -> TaxLine:
    sign = -1 if row["is_credit"] else 1
    return TaxLine(
        what=row["what"],
        is_credit=row["is_credit"],
        quarter=row["quarter"],
        country=row["country"],
        treatment=row["treatment"],
        bps=row["bps"],
        net=Money(sign * row["net"], currency),
        tax=Money(sign * row["tax"], currency),
        documents=row["documents"],
    )


def _quarter(words: str, lines: Iterable[TaxLine], currency: str) -> Quarter:
    sums = {(what, credit): zero(currency) for what in ("work", "fee") for credit in (False, True)}
    for line in lines:
        sums[line.what, line.is_credit] += line.gross
    return Quarter(
        words=words,
        gross=sums["work", False],
        refunds=sums["work", True],
        fees=sums["fee", False],
        fees_back=sums["fee", True],
    )


def _paid(organization: Organization, currency: str, year: int) -> list[Paid]:
    lots = lots_of(organization, currency)
    of_year = released_in(lots, date(year, 1, 1), date(year, 12, 31))
    named = of_year.annotate(quarter=ExtractQuarter("released_at", tzinfo=UTC))
    by_quarter = {row["quarter"]: row for row in grouped(named, organization, "quarter")}
    return [_paid_in(number, by_quarter.get(number), currency) for number in QUARTERS]


def _paid_in(quarter: int, row: dict[str, Any] | None, currency: str) -> Paid:
    if row is None:
        nothing = zero(currency)
        return Paid(quarter, nothing, nothing, nothing, 0)
    left = row["sum_amount"] - row["sum_amount_back"]
    kept = row["sum_gross"] - row["sum_gross_back"]
    return Paid(
        quarter=quarter,
        gross=Money(row["sum_gross"], currency),
        consideration=Money(left, currency),
        fees=Money(kept - left, currency),
        count=row["lots"],
    )
