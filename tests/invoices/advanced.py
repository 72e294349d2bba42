"""Weeks whose protected hours the platform advanced, and what is told of them in the books."""

from __future__ import annotations

from datetime import UTC, date, datetime

from billing_site.kernel.money import Money, zero
from billing_site.people.models import User
from invoices.models import Contract, FeeInvoice, Invoice, Week
from invoices.protection import Standing
from invoices.queries.week_figures import standings_of
from ledger.models import Entry
from ledger.queries.balances import balance
from payments.models import Charge, Lot, OpenItem
from tests import given, given_payments
from tests.given import NOON, days
from tests.invoices.books import assert_every_law_holds

LOCK = datetime(2026, 3, 9, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 13, 23, 59, tzinfo=UTC)
SATURDAY = FRIDAY + days(0.5)


def standing_in(contract: Contract, monday: date) -> Standing:
    return standings_of([(contract, monday)], at=SATURDAY)[contract.pk, monday]


def protected_week(alice: User, bob: User) -> Contract:
    """Four tracked hours at 50; every payment with the saved card is refused."""
    given_payments.payment_method(alice, "0341")
    contract = given.hourly_contract(client=alice, freelancer=bob)
    given.worked(contract, by=bob, start=NOON + days(1), minutes=240)
    return contract


def of(user: User, what: str) -> Money:
    side = "client" if what in {"credit", "receivable"} else "freelancer"
    return balance(f"{side}:{given.organization(user).pk}:{what}", "EUR")


def owes(user: User) -> Money:
    return -of(user, "receivable")


def entries(kind: str) -> int:
    return Entry.objects.filter(kind=kind).count()


def assert_paid_once(alice: User) -> None:
    invoice = Invoice.objects.get()
    assert (invoice.state, Week.objects.get().state) == ("paid", Week.State.CLOSED)
    assert owes(alice) == zero("EUR")
    assert OpenItem.objects.get().closed_at
    assert FeeInvoice.objects.filter(side="client").count() == 1
    assert FeeInvoice.objects.filter(side="freelancer").count() == 1
    assert entries("advance_week") == Lot.objects.count() == 1
    assert not Charge.objects.filter(state__in=Charge.WAITING).exists()
    assert_every_law_holds()
