"""What was earned or spent in a year: by month, by the other side, by contract, by kind of work;
what was spent also by project and category.

Out of the lots, of which each release and each payment made one, so that the sums are those of
the transactions; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import (
    F,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import ExtractMonth, ExtractYear, JSONObject, Substr

from billing_site.kernel.charts import Chart
from billing_site.kernel.money import Money, rounded, to_minor, zero
from billing_site.kernel.prepared import Prepared, inside
from billing_site.people.models import Organization
from invoices.models import Invoice, Week
from payments.models import Escrow, Lot
from payments.queries.stages import Stage
from records.queries.lots import given_back, lots_of, released_in, summed_by, with_fees_back
from records.queries.spend_categories import by_categories
from records.queries.total_groups import (
    Group,
    by_group_chart,
    by_month_chart,
    group_of,
    groups_by,
)

MONTHS = 12
HOUR = 60
AFTER_THE_TYPE = len("invoice/") + 1
TENTH = Decimal("0.1")
BY = ("month", "other", "of")
OF_AN_INVOICE = {
    "contract": "contract__title",
    "kind": "source",
    "project": "contract__project__name",
}


@dataclass(frozen=True, slots=True)
class Totals:
    is_client: bool
    currency: str
    year: int
    years: list[int]
    whole: Group
    by_month: list[Group]
    by_other: list[Group]
    by_contract: list[Group]
    by_kind: list[Group]  # of a client by category: with expenses by what they were for
    by_project: list[Group]  # of a client
    hourly: Money | None  # what an hour brought after our fee, over the hours billed
    hours: Decimal
    chart: Chart
    more_charts: list[Chart]  # of a client: by project, and by category

    @property
    def headings(self) -> list[str]:
        left = "Cost" if self.is_client else "Yours"
        return ["", "Work", "Our fee", "Went back", left]


def totals(organization: Organization, currency: str, year: int, *, at: datetime) -> Totals:
    lots = lots_of(organization, currency)
    of_year = released_in(lots, date(year, 1, 1), date(year, MONTHS, 31))
    found = _summed(organization, currency, year)
    months = [date(year, month, 1) for month in range(1, MONTHS + 1)]
    by_month = [
        group_of(
            f"{month:%B}", [r for r in found if r["month"] == month.month], organization, currency
        )
        for month in months
    ]
    by_kind, by_project = _sorted_out(found, of_year, organization, currency)
    hourly, hours = (
        (None, Decimal(0))
        if organization.is_client
        else _hourly(organization, found, currency, year)
    )
    return Totals(
        is_client=organization.is_client,
        currency=currency,
        year=year,
        years=_years(organization, currency, at.year),
        whole=group_of(str(year), found, organization, currency),
        by_month=[group for group in by_month if group.count],
        by_other=groups_by(found, lambda row: row["other"], organization, currency),
        by_contract=groups_by(found, lambda row: row["contract"], organization, currency),
        by_kind=by_kind,
        by_project=by_project,
        hourly=hourly,
        hours=hours,
        chart=by_month_chart(organization, by_month, months, currency),
        more_charts=[
            by_group_chart(title, groups, currency)
            for title, groups in (("Spend by project", by_project), ("Spend by category", by_kind))
            if organization.is_client and len(groups) > 1
        ],
    )


def ahead(freelancer: Organization, currency: str) -> list[Stage]:
    """Return what is held for them, less our fee, and what becomes available by itself."""
    escrows = _HELD.all(currency, freelancer.pk)
    held = (escrow.release_of(escrow.remaining).net_to_freelancer for escrow in escrows)
    found = _PENDING.one(currency, freelancer.pk)
    first = found["first"]
    return [
        Stage(
            "Held for you", sum(held, zero(currency)), f"in {len(escrows)} parts, until approved"
        ),
        Stage(
            "Pending",
            Money(found["sum"] or 0, currency),
            f"the first becomes available on {first.day} {first:%B}" if first else "",
        ),
    ]


def _held(currency: str, freelancer: int) -> QuerySet[Escrow]:
    return Escrow.objects.held().filter(freelancer=freelancer, currency=currency)


def _pending(currency: str, freelancer: int) -> QuerySet[Any, Any]:
    pending = Lot.objects.pending().filter(freelancer=freelancer, currency=currency)
    return Organization.objects.filter(pk=freelancer).values(
        first=inside(pending, Min("available_at")),
        sum=inside(pending, Sum("amount") - Sum("amount_back")),
    )


KINDS = {str(value): str(label) for value, label in Invoice.Source.choices}
WITHOUT_PROJECT = "without a project"


def _sorted_out(
    found: list[dict[str, Any]], lots: QuerySet[Lot], organization: Organization, currency: str
) -> tuple[list[Group], list[Group]]:
    """Return the groups by kind, and of a client those by project; its expenses by category."""
    if not organization.is_client:
        return groups_by(found, _kind_of, organization, currency), []
    divided = by_categories(found, lots, organization, currency)
    return (
        groups_by(divided, _kind_of, organization, currency),
        groups_by(found, _project_of, organization, currency),
    )


def _kind_of(row: dict[str, Any]) -> str:
    return row.get("category") or KINDS.get(row["kind"], "")


def _project_of(row: dict[str, Any]) -> str:
    return row["project"] or WITHOUT_PROJECT


Kind = tuple[str, str]  # of an organization, and a currency
Bounds = tuple[datetime, datetime]


def _years(organization: Organization, currency: str, this: int) -> list[int]:
    found = _YEARS.all((organization.kind, currency), organization.pk)
    return sorted({this, *(year for (year,) in found)}, reverse=True)


def _summed(organization: Organization, currency: str, year: int) -> list[dict[str, Any]]:
    """One row for each month, contract and kind: no more than there are of those."""
    asked = ((organization.kind, currency), organization.pk, *_bounds(year))
    back = _BACK.all(*asked) if organization.is_client else []
    found = with_fees_back(_SUMMED.all(*asked), back, *BY)
    return [{**row, **(row["of"] or dict.fromkeys(OF_AN_INVOICE))} for row in found]


def _hourly(
    organization: Organization, found: list[dict[str, Any]], currency: str, year: int
) -> tuple[Money | None, Decimal]:
    """What a billed hour brought, over all weeks of which money was released. A week has parts."""
    of_weeks = [row for row in found if row["kind"] == Invoice.Source.WEEK]
    if not of_weeks:
        return None, Decimal(0).quantize(TENTH)
    asked = ((organization.kind, currency), organization.pk, *_bounds(year))
    minutes = _MINUTES.one(*asked)["minutes"] or 0
    left = sum((row["sum_amount"] - row["sum_amount_back"] for row in of_weeks), Decimal(0))
    hours = (Decimal(minutes) / HOUR).quantize(TENTH)
    if not minutes or left <= 0:
        return None, hours
    minor = to_minor(Money(left, currency))
    return rounded(Fraction(minor * HOUR, minutes), currency), hours


def _bounds(year: int) -> Bounds:
    return datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)


def _lots(kind: Kind, ours: int, since: datetime, until: datetime) -> QuerySet[Lot]:
    lots = lots_of(Organization(pk=ours, kind=kind[0]), kind[1])
    return lots.filter(released_at__gte=since, released_at__lt=until)


def _named(kind: Kind, ours: int, since: datetime, until: datetime) -> QuerySet[Lot]:
    """What is said of the invoice is looked for once a lot, and the lots of a year are many."""
    invoice = Invoice.objects.filter(ref=Substr(OuterRef("document"), AFTER_THE_TYPE))
    other = "client__name" if kind[0] != Organization.Kind.CLIENT else "freelancer__name"
    return _lots(kind, ours, since, until).annotate(
        month=ExtractMonth("released_at", tzinfo=UTC),
        other=F(other),
        of=Subquery(invoice.values(of=JSONObject(**OF_AN_INVOICE))[:1]),
    )


def _minutes(kind: Kind, ours: int, since: datetime, until: datetime) -> QuerySet[Any, Any]:
    refs = _lots(kind, ours, since, until).values(invoice=Substr("document", AFTER_THE_TYPE))
    billed = Week.objects.filter(pk__in=Invoice.objects.filter(ref__in=refs).values("week"))
    return Organization.objects.filter(pk=ours).values(minutes=inside(billed, Sum("billed")))


def _of_years(kind: Kind, ours: int) -> QuerySet[Any, Any]:
    lots = lots_of(Organization(pk=ours, kind=kind[0]), kind[1]).order_by()
    return lots.values_list(ExtractYear("released_at", tzinfo=UTC)).distinct()


_HELD, _PENDING, _MINUTES = Prepared(_held), Prepared(_pending), Prepared(_minutes)
_SUMMED = Prepared(lambda *asked: summed_by(_named(*asked), *BY))
_BACK = Prepared(lambda *asked: given_back(_named(*asked)))
_YEARS = Prepared(_of_years)
