"""A bank has another holder while a withdrawal to it waits: nothing is paid until it is decided."""

from __future__ import annotations

from dataclasses import replace

import pytest

from billing_site.kernel.transitions import NotAllowed, WrongState
from billing_site.people.models import User
from billing_site.platform.models import Letter
from payments.gateways import current
from payments.gateways.base import Kind, PayeeState
from payments.models import Payee, Payout, PayoutMethod
from payments.services import naming, payees, payouts, reviewing, sending
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.racing import at_once
from tests.payments.scheduled import chosen

pytestmark = pytest.mark.django_db

LATER = NOON + 2 * DAY
WHY = "It is her maiden name."


def account() -> PayeeState:
    state = current().fetch(Kind.PAYEE, Payee.objects.get().account)
    assert isinstance(state, PayeeState)
    return state


def told(holder: str, *, is_ready: bool = True) -> PayoutMethod:
    """The provider tells another holder of the one bank."""
    state = account()
    banks = tuple(replace(bank, holder=holder) for bank in state.banks)
    state = replace(state, banks=banks, is_ready=is_ready)
    payees.follow(Payee.objects.get().pk, state, at=NOON)
    return PayoutMethod.objects.latest("pk")


def waiting(alice: User, bob: User) -> Payout:
    given.available_earnings(client=alice, freelancer=bob)
    method = given.payout_method(bob, holder="Bob")
    return given.requested_payout(bob, method, EUR("100.00"))


@pytest.mark.parametrize("is_ready", [True, False])
def test_what_waits_is_held_and_goes_once_it_is_accepted(
    alice: User, bob: User, finn: User, is_ready: bool
) -> None:
    payout = waiting(alice, bob)
    doubted = told("Mallory Thief", is_ready=is_ready)
    if not is_ready:  # It waited for its payee, too.
        with pytest.raises(NotAllowed, match="cannot be paid now"):
            sending.send(payout.pk, at=LATER)
        told("Mallory Thief")

    given.settle(at=LATER)
    with pytest.raises(WrongState):
        sending.send(payout.pk, at=LATER)

    payout.refresh_from_db()
    assert (payout.state, str(payout.review_on)) == ("held", "2026-03-04")
    assert payout.held_for.endswith("We look whose it is before it is paid to.")
    assert (payout.commands.count(), available(bob)) == (0, EUR("781.00"))
    assert Letter.objects.filter(key__contains="payout_held").count() == 1
    with pytest.raises(NotAllowed, match="It cannot go"):
        reviewing.release(payout.pk, reason=WHY, by=finn, at=LATER)

    naming.accept(doubted.pk, reason=WHY, by=finn, at=LATER)
    reviewing.release(payout.pk, reason=WHY, by=finn, at=LATER)
    given.settle(at=LATER + 7 * DAY)

    assert Payout.objects.get().state == "paid"
    assert_every_law_holds()


@pytest.mark.parametrize("is_refused", [True, False])
def test_to_one_that_is_refused_or_removed_nothing_goes(
    alice: User, bob: User, finn: User, is_refused: bool
) -> None:
    payout = waiting(alice, bob)
    doubted = told("Mallory Thief")
    if is_refused:
        naming.refuse(doubted.pk, reason="It is somebody else's.", by=finn, at=NOON)
    else:
        payees.remove_method(doubted.pk, by=bob, at=NOON)

    given.settle(at=LATER)
    with pytest.raises(NotAllowed, match="Cancel this withdrawal"):
        reviewing.release(payout.pk, reason=WHY, by=finn, at=LATER)
    payouts.cancel(payout.pk, by=bob, at=LATER)

    assert (payout.commands.count(), available(bob)) == (0, EUR("881.00"))
    assert_every_law_holds()


@pytest.mark.parametrize(
    ("first", "then", "is_new"),
    [
        ("ALICE GMBH", "Alice GmbH", False),
        ("Bob Okafor", "Okafor, Bob", False),
        ("Bob", "Bob Thief", True),
        ("", "Mallory Thief", True),
    ],
)
def test_another_spelling_is_no_other_holder(
    bob: User, first: str, then: str, is_new: bool
) -> None:
    method = given.payout_method(bob, holder=first)
    schedule = chosen(bob, method)

    for _ in range(2):
        told(then)

    method.refresh_from_db()
    schedule.refresh_from_db()
    assert (method.is_gone, PayoutMethod.objects.count()) == (is_new, 1 + is_new)
    assert schedule.rhythm == ("by_hand" if is_new else "weekly")
    assert method.holder == first


@pytest.mark.django_db(transaction=True)
def test_whoever_is_first_nothing_goes_after_it_is_told() -> None:
    payout = waiting(given.payer(), given.worker())

    ended = at_once(lambda: told("Mallory Thief"), lambda: sending.send(payout.pk, at=NOON + DAY))

    assert not [word for word in ended if word.startswith("broke")], ended
    payout.refresh_from_db()
    assert payout.state in {"held", "sending"}
    assert payout.commands.count() == (payout.state == "sending")
    assert PayoutMethod.objects.filter(state="doubted").count() == 1
    assert_every_law_holds()
