"""A week that is too little to be charged waits: it is neither given up nor called overdue."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from billing_site.platform.models import Letter
from invoices.models import Invoice
from payments.models import Charge, Collection
from payments.services import collecting
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.given_payments import open_item
from tests.given_world import live
from tests.invoices.advanced import LOCK, SATURDAY
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db


def test_it_is_given_up_thirty_days_after_it_could_be_paid(alice: User, bob: User) -> None:
    """Here nobody protects it: the client has not saved a way to pay."""
    contract = given.hourly_contract(client=alice, freelancer=bob, rate=EUR("20.00"))
    given.wrote(contract, by=bob, start=NOON + days(1), minutes=1)
    live(NOON, LOCK + days(31))

    invoice = Invoice.objects.get()
    assert (invoice.state, Collection.objects.get().waits_for_more) == ("submitted", True)

    item = open_item(client=alice, freelancer=bob)
    with_it = collecting.collect_owed(item.pk, at=LOCK + days(40))
    assert with_it
    assert with_it.settlements.filter(escrow=invoice.escrow).exists()
    for after, state in ((69, "submitted"), (71, "withdrawn")):
        live(LOCK + days(after - 1), LOCK + days(after))
        invoice.refresh_from_db()
        assert invoice.state == state
    assert invoice.changes.latest("pk").at == LOCK + days(70)
    assert_every_law_holds()


def test_what_the_platform_paid_of_it_is_not_overdue(alice: User, bob: User) -> None:
    given_payments.payment_method(alice)
    contract = given.hourly_contract(client=alice, freelancer=bob, rate=EUR("20.00"))
    given.worked(contract, by=bob, start=NOON + days(1), minutes=1)
    live(NOON, SATURDAY)

    told = Letter.objects.get(key__contains="/advanced")
    assert (Charge.objects.get().state, "overdue" in told.subject) == ("begun", False)
    assert "comes with your next payment" in told.subject
    assert "It comes with your next payment, and you are not late." in told.text
    assert "Pay it here" not in told.text
