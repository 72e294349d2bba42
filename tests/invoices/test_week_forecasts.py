"""What the page of a week promises is the moment from which its money can be withdrawn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from billing_site.people.models import Membership, User
from billing_site.platform import clock
from disputes.services.opening import open_dispute
from invoices.models import Contract, Invoice
from invoices.queries.viewer import viewer_of
from invoices.queries.week_money import Available
from invoices.queries.week_page import week_page
from payments.models import Charge, Lot
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.given_disputes import claim
from tests.given_world import live
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)
BILLED = datetime(2026, 3, 9, 13, tzinfo=UTC)
SATURDAY = datetime(2026, 3, 14, 12, tzinfo=UTC)
PLANNED = datetime(2026, 3, 18, 23, 59, tzinfo=UTC)


def worked(alice: User, bob: User, way: str, *, is_protected: bool = False) -> Contract:
    given_payments.payment_method(alice, way)
    contract = given.hourly_contract(client=alice, freelancer=bob)
    logged = given.worked if is_protected else given.wrote
    logged(contract, by=bob, start=NOON + days(1), minutes=240)
    return contract


def promised(contract: Contract, bob: User, *, at: datetime) -> Available:
    viewer = viewer_of(Membership.objects.of(bob).get(), contract)
    with clock.pinned(at):
        return week_page(contract, MONDAY, viewer, at=at).available


@pytest.mark.parametrize("is_protected", [False, True])
def test_of_a_bank_debit_it_is_when_its_bank_cannot_take_it_back(
    alice: User, bob: User, settings: Any, *, is_protected: bool
) -> None:
    settings.DEBIT_COOLING_DAYS = {"sepa_debit": 9}
    contract = worked(alice, bob, "sepa", is_protected=is_protected)
    open_ = promised(contract, bob, at=NOON + days(2))
    assert open_.at == PLANNED
    assert "Later where a bank debit pays it" in open_.note
    live(NOON, BILLED)
    on_its_way = promised(contract, bob, at=BILLED)
    live(BILLED, SATURDAY - days(0.8))
    arrived = promised(contract, bob, at=SATURDAY - days(0.8))
    live(SATURDAY - days(0.8), SATURDAY)
    approved = promised(contract, bob, at=SATURDAY)

    lot, charge = Lot.objects.get(), Charge.objects.get()
    assert charge.finished_at
    assert lot.available_at == charge.finished_at + days(9) > PLANNED
    assert arrived.at == approved.at == lot.available_at
    assert on_its_way.at
    assert timedelta() <= on_its_way.at - lot.available_at < days(1)
    assert on_its_way.at.date() == lot.available_at.date()
    with clock.pinned(SATURDAY):
        page = session_of(bob).get(f"/contracts/{contract.ref}/weeks/{MONDAY}/")
    assert f"{lot.available_at:%-d %b %Y, %H:%M} UTC" in page.content.decode()


def test_of_a_card_it_is_as_planned(alice: User, bob: User) -> None:
    contract = worked(alice, bob, "4242")
    assert promised(contract, bob, at=NOON + days(2)) == Available(PLANNED)
    live(NOON, BILLED)
    assert promised(contract, bob, at=BILLED) == Available(PLANNED)
    live(BILLED, SATURDAY)
    assert Lot.objects.get().available_at == PLANNED
    assert promised(contract, bob, at=SATURDAY) == Available(PLANNED)


@pytest.mark.parametrize(("is_protected", "at"), [(False, None), (True, PLANNED)])
def test_where_nobody_has_paid_nobody_knows_unless_we_do(
    alice: User, bob: User, *, is_protected: bool, at: datetime | None
) -> None:
    contract = worked(alice, bob, "0341", is_protected=is_protected)
    live(NOON, BILLED)

    assert promised(contract, bob, at=BILLED).at == at


def test_what_is_disputed_has_no_date(alice: User, bob: User) -> None:
    contract = worked(alice, bob, "4242")
    live(NOON, BILLED)
    escrow = Invoice.objects.get().escrow
    assert escrow
    open_dispute(escrow.pk, claim(EUR("50.00")), by=alice, at=BILLED)

    found = promised(contract, bob, at=BILLED)

    assert found.at is None
    assert "until it is decided" in found.note
