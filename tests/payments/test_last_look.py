"""Right before a bank is paid somebody looks once more whose it is."""

from __future__ import annotations

from functools import partial

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from payments.gateways.base import Busy, GatewayError, NotLetIn, OutcomeUnknown
from payments.gateways.sandbox import faults
from payments.gateways.sandbox.models import SandboxPayout
from payments.models import GatewayCommand, Payout
from payments.services import naming, outbox, sending
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.racing import at_once
from tests.payments.test_another_holder import WHY, told

LATER = NOON + SOON


def about_to_be_paid(alice: User, bob: User) -> GatewayCommand:
    """The money lies at the payee's account; the call that pays the bank waits for a worker."""
    given.available_earnings(client=alice, freelancer=bob)
    method = given.payout_method(bob, holder="Bob")
    payout = given.requested_payout(bob, method, EUR("100.00"))
    sending.send(payout.pk, at=LATER)
    run(payout.commands.get(kind="transfer"))
    assert Payout.objects.get().state == "sent"
    return payout.commands.get(kind="payout")


def run(command: GatewayCommand, *, after: int = 0) -> None:
    at = LATER + after * SOON
    with clock.pinned(at):
        outbox.run(command.pk, at=at)


@pytest.mark.django_db
def test_to_another_holder_nothing_goes_and_all_is_available(
    alice: User, bob: User, finn: User
) -> None:
    command = about_to_be_paid(alice, bob)
    doubted = told("Mallory Thief")

    for tries in range(2):
        run(command, after=tries)

    payout = Payout.objects.get()
    command.refresh_from_db()
    assert (payout.state, command.state) == ("cancelled", "refused")
    assert payout.problem.endswith("has another holder since. Nothing was paid to it.")
    assert not SandboxPayout.objects.exists()
    assert available(bob) == EUR("881.00")
    assert Letter.objects.filter(text__contains="has another holder since").count() == 1

    naming.accept(doubted.pk, reason=WHY, by=finn, at=LATER)
    again = given.requested_payout(bob, doubted, EUR("100.00"), at=NOON + 5 * DAY)
    given.settle(at=NOON + 12 * DAY)
    again.refresh_from_db()
    assert (again.state, again.transfer_id) == ("paid", "")  # what lay there was enough
    assert_every_law_holds()


@pytest.mark.django_db
def test_a_name_that_is_theirs_keeps_nothing(alice: User, bob: User) -> None:
    command = about_to_be_paid(alice, bob)
    told("BOB")

    run(command)

    assert SandboxPayout.objects.count() == 1
    assert Payout.objects.get().state == "sent"


@pytest.mark.django_db
def test_what_may_have_been_paid_is_asked_for_again(alice: User, bob: User) -> None:
    command = about_to_be_paid(alice, bob)
    with faults.planned("after", "payout", OutcomeUnknown("Nobody answered.")):
        run(command)
    told("Mallory Thief")

    run(command, after=1)
    given.settle(at=NOON + 7 * DAY)

    assert Payout.objects.get().state == "paid"
    assert SandboxPayout.objects.count() == 1
    assert_every_law_holds()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "state"),
    [(NotLetIn("The key may not pay out."), "cancelled"), (Busy("Too many requests."), "sent")],
)
def test_where_our_key_was_not_accepted_nothing_was_done_yet(
    alice: User, bob: User, answer: GatewayError, state: str
) -> None:
    """Too many requests may be said of a call whose answer had been lost just before."""
    command = about_to_be_paid(alice, bob)
    with faults.planned("before", "payout", answer):
        for tries in range(2):
            run(command, after=tries)
    told("Mallory Thief")

    run(command, after=2)

    assert Payout.objects.get().state == state


@pytest.mark.django_db(transaction=True)
def test_sixteen_workers_and_another_holder_pay_once_or_never(alice: User, bob: User) -> None:
    command = about_to_be_paid(alice, bob)
    work = partial(outbox.run, command.pk, at=LATER)

    ended = at_once(*[work] * 15, lambda: told("Mallory Thief"))

    assert ended == {"done": 16}
    payout = Payout.objects.get()
    assert (payout.state, SandboxPayout.objects.count()) in {("sent", 1), ("cancelled", 0)}
    assert_every_law_holds()
