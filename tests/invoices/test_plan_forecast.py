"""What a project comes to does not change because the week goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from billing_site.people.models import Membership, User
from invoices.models import Project
from invoices.queries.allocation_board import allocation_board
from invoices.queries.plan_forecast import Forecast
from invoices.services import expenses, invoicing, planning
from invoices.services.week_billing import bill_weeks
from tests import given, given_payments, given_projects
from tests.given import EUR, NOON

pytestmark = pytest.mark.django_db

MONDAY = NOON.date()
NEXT = MONDAY + timedelta(days=7)


def forecast_of(project: Project, user: User, *, at: datetime) -> Forecast:
    seat = Membership.objects.get(user=user)
    return allocation_board(project, seat, since=MONDAY, at=at).forecast


def march(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_a_week_is_in_it_from_its_first_hour_until_it_is_paid(alice: User, bob: User) -> None:
    """Four hours were worked, two more are planned for the week after."""
    given_payments.payment_method(alice)
    project = given_projects.project(alice)
    contract = given.hourly_contract(client=alice, freelancer=bob)
    given_projects.assigned(contract, project, by=alice)
    given.wrote(contract, by=bob, start=march(3, 9), minutes=240)
    planning.plan(contract.pk, bob, {NEXT: 120}, by=alice, at=NOON)

    found = []
    for moment in (
        march(8, 23),  # the evening of Sunday
        march(9, 0, 1),  # can still be corrected
        march(9, 12),  # billed, and nothing is paid
        march(9, 15),  # held
        march(14, 12),  # accepted by silence
    ):
        bill_weeks(at=moment)
        given.jobs_done(at=moment)
        if moment == march(9, 15):
            given_payments.settle(at=moment)
        each = forecast_of(project, alice, at=moment)
        found.append((each.billed, each.planned))
        assert each.total == EUR("300.00"), moment

    assert found == [(EUR("0.00"), EUR("300.00"))] * 2 + [(EUR("200.00"), EUR("100.00"))] * 3


def test_what_is_over_the_limit_is_not_billed(alice: User, bob: User) -> None:
    project = given_projects.project(alice)
    contract = given.hourly_contract(client=alice, freelancer=bob, limit=180)
    given_projects.assigned(contract, project, by=alice)
    given.wrote(contract, by=bob, start=march(3, 9), minutes=240)

    assert forecast_of(project, alice, at=march(9, 11)).planned == EUR("150.00")
    bill_weeks(at=march(9, 12))
    assert forecast_of(project, alice, at=march(9, 12)).billed == EUR("150.00")


def test_what_is_asked_for_on_a_contract_by_the_hour_stands_apart(alice: User, bob: User) -> None:
    project = given_projects.project(alice)
    contract = given.hourly_contract(client=alice, freelancer=bob)
    given_projects.assigned(contract, project, by=alice)
    spent = given.expense(contract, by=bob, gross=EUR("119.00"), tax_bps=1_900)
    made = expenses.invoice(contract.pk, [spent.ref], by=bob, at=NOON)
    assert forecast_of(project, alice, at=NOON).total == EUR("0.00")
    invoicing.submit(made.pk, message="Tickets.", by=bob, at=NOON)

    asked = forecast_of(project, alice, at=NOON)
    assert (asked.asked, asked.billed, asked.total) == (
        EUR("100.00"), EUR("0.00"), EUR("100.00")
    )  # fmt: skip
    invoicing.approve(made.pk, by=alice, at=NOON)
    agreed = forecast_of(project, alice, at=NOON)
    assert (agreed.asked, agreed.billed, agreed.total) == (
        EUR("0.00"), EUR("100.00"), EUR("100.00")
    )  # fmt: skip
