"""A bank takes what was held for work that is not paid yet: the work has a way out all the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from disputes.models import Dispute
from disputes.services.opening import open_dispute
from invoices.models import FeeCreditNote, FeeInvoice, Invoice, TimeEntry
from invoices.services import invoicing, lost_money, part_dividing
from payments.gateways.sandbox import paying
from payments.models import Charge, Collection, Lot
from payments.services import collecting, outbox
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.given_disputes import claim
from tests.given_world import live
from tests.invoices._race import race
from tests.invoices.books import assert_every_law_holds
from tests.invoices.lost import DAY, lost
from tests.payments.given_chargebacks import decided, wanted
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 3, 10, 12, tzinfo=UTC)  # the day after the week was billed
SATURDAY = datetime(2026, 3, 14, 12, tzinfo=UTC)


def billed(alice: User, bob: User, *, is_protected: bool = False) -> Invoice:
    """Four hours at 50, paid by card, to be reviewed until Friday."""
    given_payments.payment_method(alice)
    contract = given.hourly_contract(client=alice, freelancer=bob)
    logged = given.worked if is_protected else given.wrote
    logged(contract, by=bob, start=NOON + days(1), minutes=240)
    live(NOON, TUESDAY)
    return Invoice.objects.get()


def asked_anew() -> Charge:
    """The client is asked once more, and nothing that they saved is tried."""
    charge = Charge.objects.latest("pk")
    collection = Collection.objects.get(charge=charge)
    assert (charge.state, collection.attempts.count(), collection.next_try_at) == ("begun", 0, None)
    return charge


def pay_on_page(charge: Charge, *, by: User, at: datetime) -> None:
    collecting.ask_for_page(charge.pk, by=by, at=at)
    with clock.pinned(at):
        page = outbox.open_page(charge.pk, at=at)
    assert page
    paying.pay(page.session_id, "4242", at=at)
    live(at, at + DAY / 4)


def test_hours_whose_money_is_gone_wait_for_it_and_are_paid(alice: User, bob: User) -> None:
    invoice = billed(alice, bob)
    first = invoice.escrow
    assert first
    lost(Charge.objects.get(), at=TUESDAY)

    invoice.refresh_from_db()
    first.refresh_from_db()
    assert (first.state, invoice.state) == ("lost", "submitted")
    assert invoice.escrow
    assert (invoice.escrow.state, invoice.escrow.gross) == ("expected", invoice.gross)
    with pytest.raises(NotAllowed, match="waiting for the payment"):
        invoicing.approve(invoice.pk, by=alice, at=TUESDAY + DAY)
    charge = asked_anew()
    with clock.pinned(TUESDAY + DAY):
        page = session_of(alice).get(invoice.get_absolute_url()).content.decode()
    assert "Your payment for it is not here yet" in page
    assert f'href="{charge.get_absolute_url()}"' in page
    assert "Approve and release" not in page
    live(TUESDAY + DAY, SATURDAY)
    assert Invoice.objects.get().state == "submitted", "Nobody protects it: it waits."
    pay_on_page(charge, by=alice, at=SATURDAY)

    invoice.refresh_from_db()
    assert (invoice.state, invoice.week and invoice.week.state) == ("paid", "closed")
    assert Lot.objects.get().gross == invoice.gross == EUR("200.00")
    fees = FeeInvoice.objects.filter(side="client").count(), FeeCreditNote.objects.count()
    assert fees == (2, 1), "One was credited with what the bank took."
    said = [letter.text for letter in Letter.objects.filter(subject__contains="not held any more")]
    assert len(said) == 2
    assert any(charge.get_absolute_url() in text for text in said)
    assert any("These hours are not protected" in text for text in said)
    assert_every_law_holds()


def test_hours_that_nobody_pays_anew_are_given_up_thirty_days_later(alice: User, bob: User) -> None:
    invoice = billed(alice, bob)
    at = TUESDAY + 25 * DAY
    case = wanted(Charge.objects.get(), at=TUESDAY)
    decided(case, won=False, at=at)

    live(at, at + 29 * DAY)
    assert Invoice.objects.get().state == "submitted", "They count from the loss."
    live(at + 29 * DAY, at + 31 * DAY)

    invoice.refresh_from_db()
    assert (invoice.state, invoice.escrow and invoice.escrow.state) == ("withdrawn", "dropped")
    assert_every_law_holds()


def test_protected_hours_are_paid_whatever_a_bank_takes(alice: User, bob: User) -> None:
    invoice = billed(alice, bob, is_protected=True)
    assert invoice.is_protected
    lost(Charge.objects.get(), at=TUESDAY)

    live(TUESDAY + DAY, SATURDAY)

    invoice.refresh_from_db()
    assert (invoice.state, Lot.objects.get().gross) == ("approved", EUR("200.00"))
    assert invoice.open_item
    assert invoice.open_item.owed == EUR("212.00"), "The client owes it to us."
    assert_every_law_holds()


def test_a_dispute_over_lost_hours_is_void_and_the_hours_wait(alice: User, bob: User) -> None:
    invoice = billed(alice, bob)
    assert invoice.escrow_id
    open_dispute(invoice.escrow_id, claim(EUR("50.00")), by=alice, at=TUESDAY)
    lost(Charge.objects.get(), at=TUESDAY + DAY)

    invoice.refresh_from_db()
    assert (Dispute.objects.get().state, invoice.state) == ("void", "submitted")
    assert invoice.escrow
    assert invoice.escrow.state == "expected"
    asked_anew()
    assert_every_law_holds()


@pytest.mark.django_db(transaction=True)
def test_sixteen_ask_anew_and_one_is_asked(alice: User, bob: User) -> None:
    invoice = billed(alice, bob)
    lost(Charge.objects.get(), at=TUESDAY)
    Collection.objects.filter(charge=asked_anew()).delete()
    Charge.objects.latest("pk").settlements.all().delete()
    Charge.objects.latest("pk").delete()

    ended = race([lambda: lost_money.ask_anew(invoice.pk, at=TUESDAY + DAY)] * 16)

    assert ended == ["done"] * 16
    assert Charge.objects.count() == 2
    asked_anew()
    assert_every_law_holds()


def test_hours_of_which_a_part_is_gone_stay_together(alice: User, bob: User) -> None:
    given_payments.payment_method(alice)
    contract = given.hourly_contract(client=alice, freelancer=bob)
    for day in (1, 2):
        given.wrote(contract, by=bob, start=NOON + days(day), minutes=120)
    live(NOON, TUESDAY)
    invoice = Invoice.objects.get()
    lost(Charge.objects.get(), at=TUESDAY, part=EUR("106.00"))
    entry = TimeEntry.objects.latest("pk").ref

    with pytest.raises(NotAllowed, match="the hours stay together"):
        part_dividing.divide(invoice.pk, returned=[entry], reason="?", by=alice, at=TUESDAY + DAY)
    invoicing.approve(invoice.pk, by=alice, at=TUESDAY + DAY)

    assert Lot.objects.get().gross == EUR("100.00")
    assert_every_law_holds()
