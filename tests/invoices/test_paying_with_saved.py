"""A client who saved a card funds a milestone or pays an invoice with it, without a page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Invoice, Milestone
from invoices.services import invoicing, milestones
from ledger.queries.balances import balance
from payments.models import Charge, ChargeAttempt
from tests import given, given_payments
from tests.given import EUR, NOON
from tests.invoices.books import assert_every_law_holds
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=10)


def press(address: str, *, by: User, at: datetime = NOON, **choices: str) -> Any:
    """Send the form of the page as it stands, with *choices* made."""
    browser = session_of(by)
    with clock.pinned(at):
        form = browser.get(address).context["form"]
        sent = {name: str(form[name].value()) for name in form.fields}
        return browser.post(address, {**sent, **choices})


@pytest.fixture
def milestone(alice: User, bob: User) -> Milestone:
    return given.planned_milestone(client=alice, freelancer=bob)


def test_a_saved_card_funds_a_milestone_once(alice: User, milestone: Milestone) -> None:
    given_payments.payment_method(alice)
    address = f"/milestones/{milestone.ref}/funding/"
    with clock.pinned(NOON):
        assert "•••• 4242, charged now" in session_of(alice).get(address).content.decode()

    answer = press(address, by=alice)

    charge = Charge.objects.get()
    assert answer.url == f"/payments/{charge.ref}/?paid=1"
    assert charge.session_id == ""
    for _ in range(2):
        given_payments.settle(at=NOON + SOON)
    milestone = Milestone.objects.get()
    assert milestone.state == Milestone.State.FUNDED
    assert milestone.escrow
    assert balance(f"escrow:{milestone.escrow.ref}", "EUR") == EUR("1000.00")
    assert ChargeAttempt.objects.count() == 1
    assert_every_law_holds()


def test_the_page_is_there_for_other_ways(alice: User, milestone: Milestone) -> None:
    given_payments.payment_method(alice)

    answer = press(f"/milestones/{milestone.ref}/funding/", by=alice, pay_with="page")

    assert "/sandbox/" in answer.url
    assert Charge.objects.get().session_id


def test_who_saved_nothing_is_asked_nothing(alice: User, milestone: Milestone) -> None:
    address = f"/milestones/{milestone.ref}/funding/"
    with clock.pinned(NOON):
        assert "pay_with" not in session_of(alice).get(address).context["form"].fields

    assert "/sandbox/" in press(address, by=alice).url


def test_a_refused_card_holds_nothing_and_is_not_tried_again(
    alice: User, milestone: Milestone
) -> None:
    given_payments.payment_method(alice, "0341")
    given_payments.payment_method(alice, "4242")  # a backup, which nobody chose

    answer = press(f"/milestones/{milestone.ref}/funding/", by=alice)
    given_payments.settle(at=NOON + timedelta(days=9))

    charge = Charge.objects.get()
    assert charge.state == Charge.State.CANCELLED
    assert ChargeAttempt.objects.count() == 1
    with clock.pinned(NOON + SOON):
        page = session_of(alice).get(answer.url).content.decode()
    assert "No money is held for this payment." in page
    milestones.fail_dropped(at=NOON + SOON)
    assert Milestone.objects.get().state == Milestone.State.PLANNED
    assert_every_law_holds()


def test_another_primary_than_was_shown_is_not_charged(alice: User, milestone: Milestone) -> None:
    given_payments.payment_method(alice)
    address = f"/milestones/{milestone.ref}/funding/"

    answer = press(address, by=alice, seen_saved="OTHER")

    assert answer.status_code == 422
    assert not Charge.objects.exists()


def test_an_owed_invoice_is_paid_with_it(alice: User, bob: User) -> None:
    given_payments.payment_method(alice)
    invoice = given.owed_invoice(client=alice, freelancer=bob)
    invoicing.approve(invoice.pk, by=alice, at=NOON)

    press(f"/invoices/{invoice.ref}/payment/", by=alice)
    given_payments.settle(at=NOON + SOON)

    assert Invoice.objects.get().state == Invoice.State.PAID
    assert Charge.objects.get().state == Charge.State.SUCCEEDED
    assert_every_law_holds()
