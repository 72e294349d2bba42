"""What is being paid of an invoice is not asked for again, and what is not being paid is."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Invoice
from invoices.services import dunning, invoicing, owing
from payments.gateways.sandbox import paying
from payments.models import Charge, OpenItem
from payments.services import collecting
from tests import given, given_payments
from tests.given import NOON, days
from tests.given_payments import EUR
from tests.invoices.books import assert_every_law_holds
from tests.payments.collected import charged
from tests.payments.visiting import fields_of, text_of
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
SOON = given_payments.SOON


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    asked = given.owed_invoice(client=alice, freelancer=bob)
    return invoicing.approve(asked.pk, by=alice, at=NOON)


def noon_of(day: date) -> datetime:
    return datetime.combine(day, NOON.timetz())


def collect(*, at: datetime) -> None:
    with clock.pinned(at):
        collecting.collect_all_owed(at=at)
        collecting.try_due(at=at)
    given_payments.settle(at=at + SOON)


@pytest.mark.parametrize("is_saved", [pytest.param(False, marks=pytest.mark.release), True])
def test_a_debit_for_a_little_stops_nothing_about_the_rest(
    alice: User, invoice: Invoice, *, is_saved: bool
) -> None:
    item = OpenItem.objects.get()
    due = noon_of(item.due_on) + days(3)  # its letter goes out
    before = due - days(1)
    sepa = given_payments.payment_method(alice, "sepa", at=before) if is_saved else None
    part = owing.pay(invoice.pk, by=alice, at=before, amount=EUR("0.50"), saved=sepa)
    with clock.pinned(before):
        if not is_saved:
            given_payments.paid(given_payments.opened(part, at=before), "debit", at=before)
    given_payments.settle(at=before + SOON)
    assert Charge.objects.get().state == "processing"

    assert dunning.remind(at=due), "Its client is told that the rest is due."
    with clock.pinned(due):
        page = session_of(alice).get(reverse("invoice-payment", args=[invoice.ref]))
    assert "€0.50 is on its way already." in text_of(page)
    with pytest.raises(NotAllowed, match="of it is on its way already"):
        owing.pay(invoice.pk, by=alice, at=due, amount=item.owed)

    given_payments.payment_method(alice, "4242", at=before)
    collect(at=due)
    given_payments.settle(at=due + days(5))
    item.refresh_from_db()
    assert not item.is_open
    assert sorted(each.amount for each in Charge.objects.all()) == [
        EUR("0.50"),
        item.total - EUR("0.50"),
    ]
    assert_every_law_holds()


def test_a_round_asks_for_what_no_bank_is_at(alice: User, invoice: Invoice) -> None:
    given_payments.payment_method(alice, "0341")
    item = OpenItem.objects.get()
    due = noon_of(item.due_on)
    collect(at=due)
    late = Charge.objects.get()
    part = owing.pay(invoice.pk, by=alice, at=due + SOON, amount=EUR("500.00"))
    with clock.pinned(due + SOON):
        given_payments.paid(given_payments.opened(part, at=due + SOON), "debit", at=due + SOON)
    given_payments.payment_method(alice, "4242", at=due + 2 * SOON)

    collect(at=due + days(1))

    rest = Charge.objects.get(replaces=late)
    assert (rest.amount, rest.state) == (item.total - EUR("500.00"), "succeeded")
    given_payments.settle(at=due + days(6))
    assert not OpenItem.objects.get().is_open
    assert_every_law_holds()


@pytest.mark.parametrize("confirms", [False, True])
def test_nothing_saved_is_charged_while_somebody_is_paying(
    alice: User, invoice: Invoice, *, confirms: bool
) -> None:
    given_payments.payment_method(alice, "4242")
    begun = owing.pay(invoice.pk, by=alice, at=NOON)
    with clock.pinned(NOON):
        begun = given_payments.opened(begun)
    if confirms:
        paying.pay(begun.session_id, "3155", at=NOON)
        given_payments.settle(at=NOON)
        assert Charge.objects.get().state == "action_needed"
        with pytest.raises(owing.InHands):
            owing.pay(invoice.pk, by=alice, at=NOON)
    url = reverse("invoice-payment", args=[invoice.ref])
    with clock.pinned(NOON):
        page = session_of(alice).get(url)
        sent = fields_of(page) | {"pay_with": "saved"}
        answer = session_of(alice).post(url, sent)
    assert answer.status_code == 422
    assert "Somebody may be paying €1,060.00 of it now, on a page" in text_of(answer)
    assert begun.get_absolute_url() in answer.content.decode()
    assert not [state for _, state in charged() if state == "succeeded"]
    assert Charge.objects.count() == 1
