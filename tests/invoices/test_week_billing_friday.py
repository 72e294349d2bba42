"""On Friday a billed week is paid, or waits for its payment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billing_site.people.models import User
from invoices.models import Contract, FeeInvoice, Invoice, Week
from invoices.services import invoicing, silence
from ledger.models import Entry
from payments.models import Charge, Escrow, Lot
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.given_world import live
from tests.invoices.books import broken_laws
from tests.invoices.week import work

pytestmark = pytest.mark.django_db
LOCK = datetime(2026, 3, 9, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 13, 23, 59, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 18, 23, 59, tzinfo=UTC)


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    """20 hours a week at 50, from Monday noon on."""
    return given.hourly_contract(client=alice, freelancer=bob)


class TestFriday:
    def test_paid_hours_are_released_on_friday_and_available_on_wednesday(
        self, contract: Contract, alice: User, bob: User
    ) -> None:
        given_payments.payment_method(alice)
        work(contract, bob)

        live(NOON, WEDNESDAY + days(1))

        invoice = Invoice.objects.get()
        assert (invoice.state, invoice.approved_at) == ("paid", FRIDAY)
        lot = Lot.objects.get()
        assert (lot.amount, lot.released_at, lot.available_at) == (
            EUR("180.00"),
            FRIDAY,
            WEDNESDAY,
        )
        assert lot.made_available_at == WEDNESDAY
        assert Week.objects.get().state == Week.State.CLOSED
        assert FeeInvoice.objects.count() == 2
        assert broken_laws() == []

    def test_the_client_approves_early(self, contract: Contract, alice: User, bob: User) -> None:
        given_payments.payment_method(alice)
        work(contract, bob)
        live(NOON, LOCK + days(1))

        invoicing.approve(Invoice.objects.get().pk, by=alice, at=LOCK + days(1))

        assert Lot.objects.get().available_at == LOCK + days(6)

    def test_unpaid_hours_that_nobody_protects_wait_for_the_payment(
        self, contract: Contract, alice: User, bob: User
    ) -> None:
        work(contract, bob)  # by hand, and the client has no way to pay
        live(NOON, FRIDAY + days(3))
        assert Invoice.objects.get().state == "submitted"
        assert not Lot.objects.exists()

        given.pay(Charge.objects.get(), at=FRIDAY + days(3))
        given.jobs_done(at=FRIDAY + days(3))

        invoice = Invoice.objects.get()
        assert (invoice.state, invoice.approved_at) == ("paid", FRIDAY + days(3))
        assert Lot.objects.get().available_at == FRIDAY + days(8)
        assert silence.approve_paid_week(invoice.pk) is None
        assert broken_laws() == []

    def test_after_thirty_days_they_are_given_up(
        self, contract: Contract, alice: User, bob: User
    ) -> None:
        work(contract, bob)

        live(NOON, LOCK + days(31))

        invoice = Invoice.objects.get()
        assert (invoice.state, invoice.number) == ("withdrawn", None)
        assert invoice.changes.latest("pk").at == LOCK + days(30)
        assert Escrow.objects.get().state == Escrow.State.DROPPED
        assert Week.objects.get().state == Week.State.CLOSED
        assert not Entry.objects.exists()
        assert broken_laws() == []
