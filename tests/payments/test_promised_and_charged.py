"""A transfer that was promised on any page is called off before something saved is charged."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from django.db import transaction

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from payments.gateways.base import Kind, PaymentState
from payments.gateways.sandbox import wires
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, ChargeAttempt, Collection, OpenItem, PromisedTransfer
from payments.queries.payment_page import payment_page
from payments.services import charging, collecting, following, promising
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.collected import charged

pytestmark = pytest.mark.django_db
MINUTE = SOON / 60
TURN = NOON.replace(hour=0) + DAY


def promised(alice: User, item: OpenItem, *, at: datetime) -> Charge:
    """On the page of the invoice itself: a charge that is not collected."""
    payer = given.organization(alice)
    charge = charging.begin(payer=payer, purposes=[(item, item.owed)], by=alice, at=at)
    with clock.pinned(at):
        return given.paid(given.opened(charge, at=at), "transfer_never", at=at)


def sweep(*, at: datetime) -> None:
    with clock.pinned(at):
        collecting.collect_all_owed(at=at)
        collecting.try_due(at=at)


@pytest.mark.parametrize("arrives", [False, True])
def test_it_is_called_off_on_the_day_it_is_due(alice: User, bob: User, *, arrives: bool) -> None:
    given.payment_method(alice)
    item = given.open_item(client=alice, freelancer=bob)
    OpenItem.objects.update(due_on=TURN.date())
    first = promised(alice, item, at=NOON)
    page = payment_page(first, may_pay=True, came_back=False, at=NOON + SOON)
    assert "on 3 March 2026 we charge what you have saved instead" in page.what_next

    sweep(at=TURN)
    promise = PromisedTransfer.objects.get()
    assert (promise.called_off_at, promise.ended_at) == (TURN, None)
    assert [outcome for outcome, _ in charged()] == ["transfer_never"], "It may arrive yet."
    if arrives:
        payer = SandboxPayment.objects.get().customer.pk
        wires.receive(payer, 105_950, "EUR", reference=first.ref, at=TURN)
    given.settle(at=TURN + MINUTE / 2)
    for minutes in (1, 2):
        sweep(at=TURN + minutes * MINUTE)
        given.settle(at=TURN + minutes * MINUTE)

    item.refresh_from_db()
    assert not item.is_open
    paid = [outcome for outcome, state in charged() if state == "succeeded"]
    assert paid == (["transfer_never"] if arrives else ["4242"])
    assert_every_law_holds()


def test_less_is_owed_when_the_last_round_is_refused(alice: User, bob: User) -> None:
    """The rest is not asked of the same bank at once: no round is left."""
    given.payment_method(alice, "0341")
    item = given.open_item(client=alice, freelancer=bob)
    with transaction.atomic():
        collecting.collect_owed(item.pk, at=NOON)
        Collection.objects.update(began_at=NOON - 8 * DAY, rounds=4, late_since=NOON - 8 * DAY)
        item = OpenItem.objects.lock(item.pk)
        item.reduce(EUR("200.00"))
        item.save()

    for minutes in (0, 1, 2):
        given.settle(at=NOON + minutes * MINUTE)
        sweep(at=NOON + minutes * MINUTE)

    rest = Charge.objects.get(replaces__isnull=False)
    assert rest.amount == item.owed
    assert (rest.collection.rounds, rest.collection.next_try_at) == (5, None)
    assert ChargeAttempt.objects.count() == 1
    assert_every_law_holds()


def test_what_the_provider_does_not_know_is_waited_for_no_longer(alice: User, bob: User) -> None:
    given.payment_method(alice)
    item = given.open_item(client=alice, freelancer=bob)
    first = promised(alice, item, at=NOON)
    PromisedTransfer.objects.update(payment_id="pi_gone")
    promising.give_up_due(at=NOON + 7 * DAY)
    assert not Letter.objects.filter(key__contains="transfer_given_up").exists()
    given.settle(at=NOON + 7 * DAY)

    assert PromisedTransfer.objects.get().ended_at
    assert Charge.objects.get(pk=first.pk).state == "cancelled"
    assert Letter.objects.get(key__contains="transfer_given_up")
    for hours in (1, 2):
        sweep(at=NOON + 7 * DAY + hours * SOON)
        given.settle(at=NOON + 7 * DAY + hours * SOON)
    item.refresh_from_db()
    assert not item.is_open
    assert_every_law_holds()


def test_what_was_on_its_way_is_a_promise_once_the_provider_says_so(alice: User, bob: User) -> None:
    charge = given.paid(given.begun_charge(client=alice, freelancer=bob), "debit")
    assert charge.state == "processing"
    SandboxPayment.objects.update(outcome="transfer_never")
    state = SandboxGateway().fetch(Kind.PAYMENT, charge.payment_id)
    assert isinstance(state, PaymentState)

    assert following.payment(charge.pk, state, at=NOON + DAY).state == "begun"
    assert PromisedTransfer.objects.get().payment_id == state.payment_id
    PromisedTransfer.objects.update(missing=EUR("100.00"))
    complete = replace(state, wire=state.wire and replace(state.wire, missing=0))
    following.payment(charge.pk, complete, at=NOON + DAY)
    assert PromisedTransfer.objects.get().missing == EUR("100.00"), "Not all of it again."
