"""A bank transfer that was chosen and does not come stops nothing, and is given up."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter, Notice
from payments.gateways.sandbox import wires
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import (
    BankTransfer,
    Charge,
    GatewayCommand,
    OpenItem,
    PromisedTransfer,
    StrayPayment,
)
from payments.queries.late import what_follows
from payments.services import arrears, charging, collecting, promising
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, credit_of
from tests.payments.collected import charged, paid_by_page, settled
from tests.payments.test_unpaid_restrictions import owe, scopes, since
from tests.payments.visiting import text_of
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
LATER = NOON + 2 * SOON


@pytest.fixture
def late(alice: User, bob: User) -> Charge:
    """Their card was refused, and they chose a bank transfer that they never send."""
    charge = owe(alice, bob)
    paid_by_page(charge, alice, at=LATER, outcome="transfer_never")
    return Charge.objects.get(pk=charge.pk)


def page(alice: User, charge: Charge, *, at: datetime, came_back: bool = False) -> str:
    with clock.pinned(at):
        answer = session_of(alice).get(charge.get_absolute_url() + "?paid=1" * came_back)
    return text_of(answer) + ("POLLS" if "every 3s" in answer.content.decode() else "")


def test_it_stops_neither_the_ladder_nor_the_rounds(alice: User, bob: User, late: Charge) -> None:
    promise = PromisedTransfer.objects.get()
    assert (late.state, promise.missing) == ("begun", late.amount)
    assert promise.until - promise.promised_at == 7 * DAY
    said = page(alice, late, at=LATER + SOON, came_back=True)
    assert "Send €1,059.50 from your bank, so that it is here by 9 March 2026." in said
    assert f"DE{promise.number[2:4]} " in said
    assert late.ref in said
    assert "POLLS" not in said

    assert what_follows(given.organization(alice).pk, at=LATER + SOON)
    arrears.follow(at=since(late) + 4 * DAY)
    assert scopes() == ["hours", "offers"]

    given.payment_method(alice, at=LATER + SOON)
    paid = settled(late, at=NOON + 2 * DAY)
    assert paid.state == "succeeded"
    assert ("transfer_never", "processing") in charged(), "The provider waits on, and we do not."
    assert [each for each, state in charged() if state == "succeeded"] == ["4242"]
    assert PromisedTransfer.objects.get().ended_at
    assert_every_law_holds()


def test_its_client_gives_it_up_and_it_comes_after_all(alice: User, late: Charge) -> None:
    at, url = LATER + SOON, reverse("payment-cancellation", args=[late.ref])
    with clock.pinned(at):
        browser = session_of(alice)
        for words in ("We give it up.", "It is being given up already."):
            assert words in text_of(browser.post(url, follow=True))
    given.settle(at=at + SOON)
    with clock.pinned(at + SOON):
        again = session_of(alice).post(url, follow=True)

    assert "No bank transfer is waited for here." in text_of(again)
    assert GatewayCommand.objects.filter(kind="cancel_payment").count() == 1
    payment = SandboxPayment.objects.get(outcome="transfer_never")
    assert (payment.status, Charge.objects.get(pk=late.pk).state) == ("processing", "begun")

    UserFactory.create(name="Fay", is_staff=True, is_superuser=True)
    for cents in (50_000, 55_950):
        payer = payment.customer.pk
        wires.receive(payer, cents, "EUR", reference=late.ref, at=at + DAY)
        given.settle(at=at + DAY + SOON)
        assert Notice.objects.get(text__contains="stays with").text.startswith("€500.00")
    given.settle(at=at + DAY + 2 * SOON)
    assert not OpenItem.objects.get().is_open
    assert Charge.objects.get(pk=late.pk).state == "succeeded", "It was still to be paid."
    assert not StrayPayment.objects.exists()
    assert_every_law_holds()


@pytest.mark.parametrize("outcome", ["transfer_never", "transfer_short"])
def test_after_a_week_it_is_given_up(alice: User, bob: User, outcome: str) -> None:
    """One that was begun for work alone is cancelled; what has come of it, finance hears of."""
    UserFactory.create(name="Fay", is_staff=True, is_superuser=True)
    charge = given.paid(given.begun_charge(client=alice, freelancer=bob), outcome)
    given.settle(at=NOON + 3 * DAY)
    assert promising.give_up_due(at=NOON + 7 * DAY - SOON) == []

    for _ in range(2):
        promising.give_up_due(at=NOON + 7 * DAY + SOON)
    for hours in (2, 3):
        given.settle(at=NOON + 7 * DAY + hours * SOON)

    came = EUR("529.75") if outcome == "transfer_short" else EUR("0.00")
    missing = charge.amount - came
    letter = Letter.objects.get(key__contains="transfer_given_up")
    assert letter.subject.startswith("Your bank transfer of €")
    assert PromisedTransfer.objects.get().missing == missing
    assert Charge.objects.get(pk=charge.pk).state == "cancelled"
    assert given.escrow_of(charge).state == "dropped"
    assert credit_of(alice) == EUR("0.00"), "The provider has it, and gives it back to its bank."
    told = Notice.objects.filter(text__contains="stays with the provider")
    assert [each.text[:7] for each in told] == ["€529.75"] * bool(came)
    assert_every_law_holds()


def test_it_arrives_and_pays(alice: User, late: Charge) -> None:
    payment = SandboxPayment.objects.get(outcome="transfer_never")
    wires.receive(payment.customer.pk, 105_950, "EUR", reference=late.ref, at=LATER + DAY)
    given.settle(at=LATER + DAY + SOON)

    paid = Charge.objects.get(pk=late.pk)
    assert (paid.state, paid.method) == ("succeeded", "Bank transfer that nobody sends")
    assert promising.give_up_due(at=NOON + 9 * DAY) == []
    assert not OpenItem.objects.get().is_open
    assert_every_law_holds()


def test_another_payment_is_faster(alice: User, bob: User) -> None:
    """Both were begun by the client: the second pays, and the first is called off."""
    item = given.open_item(client=alice, freelancer=bob)
    first = charging.begin(
        payer=given.organization(alice), purposes=[(item, item.owed)], by=alice, at=NOON
    )
    with clock.pinned(NOON):
        given.paid(given.opened(first), "transfer_never")
    given.part_paid(item, item.owed, by=alice, at=NOON + 2 * SOON)
    given.settle(at=NOON + 4 * SOON)

    assert [each.state for each in Charge.objects.order_by("pk")] == ["cancelled", "succeeded"]
    assert PromisedTransfer.objects.get().ended_at
    assert collecting.collect_owed(item.pk, at=NOON + DAY) is None
    assert_every_law_holds()


@pytest.mark.parametrize("paid_otherwise", [False, True])
def test_what_the_provider_does_not_call_off_is_credit_when_it_comes(
    alice: User, bob: User, paid_otherwise: bool
) -> None:
    item = given.open_item(client=alice, freelancer=bob)
    first = charging.begin(
        payer=given.organization(alice), purposes=[(item, item.owed)], by=alice, at=NOON
    )
    with clock.pinned(NOON):
        first = given.paid(given.opened(first), "transfer_never")
    if paid_otherwise:
        given.part_paid(item, item.owed, by=alice, at=LATER)
    else:
        promising.give_up(first.pk, by=alice, at=LATER)
    given.settle(at=LATER + SOON)
    assert Charge.objects.get(pk=first.pk).state == "cancelled"

    payment = SandboxPayment.objects.get(outcome="transfer_never")
    wires.receive(payment.customer.pk, 105_950, "EUR", reference=first.ref, at=LATER + DAY)
    for hours in (1, 2, 3):
        given.settle(at=LATER + DAY + hours * SOON)

    sent = BankTransfer.objects.get()
    assert (sent.charge.state, sent.charge.payment_id) == ("succeeded", payment.pk)
    assert not OpenItem.objects.get().is_open, "Credit pays what is due."
    assert credit_of(alice) == (sent.amount if paid_otherwise else EUR("0.00"))
    assert not StrayPayment.objects.exists()
    assert_every_law_holds()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("missing = 0", "a_promised_transfer_is_of_money"),
        ("until = promised_at", "a_promised_transfer_has_time_to_arrive"),
    ],
)
@pytest.mark.usefixtures("late")
def test_what_the_database_refuses(change: str, name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        connection.cursor().execute(f"UPDATE payments_promisedtransfer SET {change}")
