"""A week of March, as it is worked and billed."""

from __future__ import annotations

from datetime import date

from billing_site.people.models import User
from invoices.models import Contract, Week
from invoices.queries.week_figures import figures_of
from invoices.week_summary import WeekSummary
from tests import given
from tests.given import NOON
from tests.invoices.march import at

MONDAY = date(2026, 3, 2)


def work(
    contract: Contract, bob: User, *, hours: int = 4, day: int = 3, tracked: bool = False
) -> None:
    log = given.worked if tracked else given.wrote
    log(contract, by=bob, start=at(day, 9), minutes=hours * 60)


def summary(contract: Contract, monday: date = MONDAY) -> WeekSummary:
    week = Week.objects.select_related("contract").get(contract=contract, starts_on=monday)
    return figures_of([week], at=NOON)[week.pk]


def work_22_hours_10(contract: Contract, bob: User) -> None:
    for day, hours in ((2, 6), (3, 8), (4, 8)):
        given.worked(contract, by=bob, start=at(day, 12), minutes=hours * 60)
    given.worked(contract, by=bob, start=at(5, 9), minutes=10)
