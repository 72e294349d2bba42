"""Earnings that a bank wants, a schedule withdraws and their freelancer withdraws, all at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from billing_site.people.models import User
from ledger.models import Entry, Reservation
from payments.cadence import Rhythm
from payments.gateways.base import DisputeState, Kind
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, Chargeback, Payout, PayoutMethod
from payments.services import chargebacks, payouts, schedules, sending
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.racing import THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bob() -> User:
    """He may withdraw 881, all of it from one payment."""
    alice, bob = given.payer(), given.worker()
    given.available_earnings(client=alice, freelancer=bob)
    given.payout_method(bob)
    return bob


def withdraw(bob: User, amount: str = "500.00", *, at: Any = NOON) -> Payout:
    return payouts.request(
        organization=given.organization(bob),
        method=PayoutMethod.objects.get(),
        amount=EUR(amount),
        by=bob,
        at=at,
    )


def wanted(amount: int | None = None) -> DisputeState:
    """What the provider shows, before we have heard of anything."""
    row = disputing.dispute(SandboxPayment.objects.get(), at=NOON, amount=amount)
    state = SandboxGateway().fetch(Kind.DISPUTE, row.pk)
    assert isinstance(state, DisputeState)
    return state


def kept() -> int:
    found = Reservation.objects.filter(key__startswith="chargeback/", end=None)
    return sum(found.values_list("amount", flat=True))


def test_a_bank_and_a_withdrawal_want_the_same_money(bob: User) -> None:
    """Whoever is first: what is withdrawn and not sent is called off, and kept like the rest."""
    charge_id, state = Charge.objects.get().pk, wanted()

    ended = at_once(lambda: chargebacks.follow(charge_id, state, at=NOON), lambda: withdraw(bob))

    assert ended["done"] in {THREADS // 2, THREADS // 2 + 1}
    assert not [word for word in ended if word.startswith("broke")], ended
    assert not Payout.objects.exclude(state="cancelled").exists()
    assert kept() == 88_100
    assert Chargeback.objects.get().state == "opened"
    assert_every_law_holds()


def cancel(payout: Payout) -> None:
    payouts.cancel(payout.pk, by=User.objects.get(name="Bob"), at=NOON)


def fail(payout: Payout) -> None:
    sending.fail(payout.pk, problem="The account is closed.", at=NOON)


@pytest.mark.parametrize(("back", "state"), [(cancel, "cancelled"), (fail, "failed")])
def test_what_comes_back_while_a_bank_begins_is_kept(
    bob: User, back: Callable[[Payout], None], state: str
) -> None:
    """Before or after the case, by whom ever: all of it is there in the end, and kept."""
    charge_id, shown, payout = Charge.objects.get().pk, wanted(), withdraw(bob)
    if back is fail:
        sending.send(payout.pk, at=NOON)

    ended = at_once(lambda: chargebacks.follow(charge_id, shown, at=NOON), lambda: back(payout))

    assert not [word for word in ended if word.startswith("broke")], ended
    assert (Payout.objects.get().state, kept(), available(bob)) == (state, 88_100, EUR("881.00"))
    assert_every_law_holds()


def test_two_cases_of_one_payment_keep_what_they_want_together(bob: User) -> None:
    charge_id = Charge.objects.get().pk
    first, second = wanted(30_000), wanted(20_000)

    ended = at_once(
        lambda: chargebacks.follow(charge_id, first, at=NOON),
        lambda: chargebacks.follow(charge_id, second, at=NOON),
    )

    assert ended == {"done": THREADS}
    whole = 88_100 * 50_000 // 105_950
    assert abs(kept() - whole) <= 1
    assert Entry.objects.filter(kind="open_chargeback").count() == 2
    assert_every_law_holds()


def test_a_schedule_and_a_withdrawal_by_hand_at_once(bob: User) -> None:
    """All of it by the schedule, or a part by hand and the rest by the schedule."""
    schedule = schedules.choose(
        given.organization(bob),
        rhythm=Rhythm.WEEKLY,
        method=PayoutMethod.objects.get(),
        minimum=EUR("0.00"),
        by=bob,
        at=NOON,
    )
    at = NOON + 2 * DAY

    ended = at_once(lambda: schedules.withdraw(schedule.pk, at=at), lambda: withdraw(bob, at=at))

    assert not [word for word in ended if word.startswith("broke")], ended
    amounts = sorted(each.amount for each in Payout.objects.all())
    assert amounts in ([EUR("881.00")], [EUR("381.00"), EUR("500.00")])
    assert available(bob) == EUR("0.00")
    assert_every_law_holds()
