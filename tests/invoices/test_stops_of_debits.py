"""What lies ahead on a trail counts a bank debit that is on its way, as its money itself will."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from billing_site.people.models import User
from billing_site.workflows import gateway_events
from invoices.models import Invoice
from invoices.queries.money_stops import Stop
from invoices.queries.money_trail import stops_of, trail_of
from payments.gateways.base import Status
from payments.models import Charge, GatewayEvent, Lot
from tests import given
from tests.given import NOON, days
from tests.given_world import live
from tests.invoices.test_week_forecasts import BILLED, SATURDAY, worked

pytestmark = pytest.mark.django_db
COOLS = 9


@pytest.fixture(autouse=True)
def _debits_cool(settings: Any) -> None:
    settings.DEBIT_COOLING_DAYS = {"sepa_debit": COOLS}


def ahead(*, at: Any) -> Stop:
    stops = trail_of(Invoice.objects.get(), for_client=False, at=at).stops
    return next(stop for stop in stops if stop.words.startswith("On approval"))


@pytest.mark.parametrize("is_protected", [False, True])
def test_its_date_is_that_of_the_money(alice: User, bob: User, *, is_protected: bool) -> None:
    worked(alice, bob, "sepa", is_protected=is_protected)
    live(NOON, BILLED)
    assert Charge.objects.get().state == "processing"
    on_its_way = ahead(at=BILLED)
    live(BILLED, SATURDAY)

    lot = Lot.objects.get()
    assert on_its_way.at
    assert timedelta() <= on_its_way.at - lot.available_at < days(1)
    cooled = lot.available_at
    assert f"and not before {cooled.day} {cooled:%B %Y}" in on_its_way.note


def test_before_work_is_handed_in_it_says_from_when_on(alice: User, bob: User) -> None:
    """Nobody knows when it will be approved; how long a bank may take it back, one does."""
    milestone = given.funding_milestone(client=alice, freelancer=bob)
    charge = Charge.objects.get()
    begun = replace(
        given.paid(charge, at=NOON, status=Status.PROCESSING),
        kind="sepa_debit",
        arrives_on=(NOON + days(4)).date(),
    )
    gateway_events.follow(GatewayEvent(), begun, at=NOON)
    charge.refresh_from_db()
    assert charge.state == "processing"
    milestone.refresh_from_db()

    stops = stops_of(milestone.escrow, None, None, for_client=False, at=NOON)

    [stop] = [stop for stop in stops if stop.words.startswith("On approval")]
    assert charge.arrives_on
    cooled = charge.arrives_on + days(COOLS)
    assert f"and not before {cooled.day} {cooled:%B %Y}" in stop.note
    assert stop.at is None
