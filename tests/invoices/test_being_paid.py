"""While a bank is paying for an invoice nobody else is asked for it, whoever began."""

from __future__ import annotations

from functools import partial

import pytest
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Invoice
from invoices.services import invoicing, owing
from ledger.models import Entry
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, ChargeAttempt
from payments.services import collecting
from tests import given, given_payments
from tests.given import NOON, days
from tests.invoices._race import race
from tests.invoices.books import assert_every_law_holds
from tests.payments.visiting import text_of
from tests.signing_in import session_of

THREADS = 16
LATER = NOON + given_payments.SOON
TOMORROW = NOON + days(1)


def approved(alice: User, bob: User, *codes: str) -> Invoice:
    for code in codes:
        given_payments.payment_method(alice, code)
    invoice = given.owed_invoice(client=alice, freelancer=bob)
    return invoicing.approve(invoice.pk, by=alice, at=NOON)


def item_of(invoice: Invoice) -> int:
    assert invoice.open_item_id
    return invoice.open_item_id


@pytest.mark.django_db
def test_what_is_being_charged_is_paid_by_nothing_else(alice: User, bob: User) -> None:
    invoice = approved(alice, bob, "4242")
    collecting.collect_owed(item_of(invoice), at=NOON)

    with pytest.raises(NotAllowed, match="is being charged €1,060"):
        owing.pay(invoice.pk, by=alice, at=NOON)
    with clock.pinned(LATER):
        page = session_of(alice).get(reverse("invoice-payment", args=[invoice.ref]))
    assert "The provider has not answered; we ask again on 2 March" in text_of(page)
    assert "<button" not in page.content.decode().partition("<main")[2].partition("</main>")[0]

    given_payments.settle(at=LATER)
    assert Invoice.objects.get().state == "paid"
    assert Charge.objects.count() == 1


@pytest.mark.django_db
def test_no_round_begins_beside_what_the_client_chose(alice: User, bob: User) -> None:
    invoice = approved(alice, bob, "0341")
    collecting.collect_owed(item_of(invoice), at=NOON)
    given_payments.settle(at=LATER)
    late = Charge.objects.get()
    sepa = given_payments.payment_method(alice, "sepa", at=LATER)
    chosen = owing.pay(invoice.pk, by=alice, at=TOMORROW, saved=sepa)

    collecting.try_due(at=TOMORROW)
    with pytest.raises(NotAllowed, match="Nothing else was charged"):
        collecting.ask_for_page(late.pk, by=alice, at=TOMORROW)
    assert ChargeAttempt.objects.filter(finished_at=None).get().collection.charge == chosen
    with clock.pinned(TOMORROW):
        given_payments.settle(at=TOMORROW)
    collecting.try_due(at=TOMORROW + days(1))
    assert ChargeAttempt.objects.filter(collection__charge=late).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_sweep_a_round_and_the_client_at_once_charge_once() -> None:
    alice = given.person("alice", country="AT")
    bob = given.person("bob", kind="freelancer", country="NO")
    invoice = approved(alice, bob, "0341")
    collecting.collect_owed(item_of(invoice), at=NOON)
    given_payments.settle(at=LATER)
    late = Charge.objects.get()
    card = given_payments.payment_method(alice, at=LATER)

    outcomes = race(
        [
            partial(owing.pay, invoice.pk, by=alice, at=TOMORROW, saved=card),
            partial(collecting.try_again, late.pk, at=TOMORROW),
            partial(owing.pay, invoice.pk, by=alice, at=TOMORROW),
            partial(collecting.collect_owed, item_of(invoice), at=TOMORROW),
        ]
        * (THREADS // 4)
    )

    assert not [each for each in outcomes if "broke" in each]
    for hours in (1, 2, 3):
        given_payments.settle(at=TOMORROW + hours * given_payments.SOON)
        collecting.try_due(at=TOMORROW + hours * given_payments.SOON)
    given_payments.settle(at=TOMORROW + days(2))
    collecting.try_due(at=TOMORROW + days(2))
    given_payments.settle(at=TOMORROW + days(2))
    assert SandboxPayment.objects.filter(status="succeeded").count() == 1
    assert Entry.objects.filter(kind="pay_invoice").count() == 1
    assert_every_law_holds()
