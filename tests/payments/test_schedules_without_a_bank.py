"""A bank is removed that a schedule pays to: it ends, once, and its freelancer reads why."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform.models import Letter
from payments.cadence import Rhythm
from payments.gateways.sandbox.models import SandboxBank
from payments.gateways.sandbox.telling import tell
from payments.models import Payout, PayoutMethod, PayoutSchedule
from payments.services import payees, schedules
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.racing import at_once

pytestmark = pytest.mark.django_db


def scheduled(alice: User, bob: User) -> PayoutMethod:
    given.available_earnings(client=alice, freelancer=bob)
    method = given.payout_method(bob)
    schedules.choose(
        given.organization(bob),
        rhythm=Rhythm.WEEKLY,
        method=method,
        minimum=EUR("0.00"),
        by=bob,
        at=NOON,
    )
    return method


def assert_it_ended(method: PayoutMethod) -> None:
    schedule = PayoutSchedule.objects.get()
    assert (schedule.rhythm, schedule.method, schedule.next_at) == ("by_hand", None, None)
    assert (schedule.skipped, schedule.skipped_on) == ("", None)
    letter = Letter.objects.get(key__contains="payout_schedule_ended")
    assert letter.subject == f"Nothing is withdrawn automatically now: {method} was removed"
    assert schedules.withdraw_due(at=NOON + 30 * DAY) == []
    assert not Letter.objects.filter(key__contains="payout_skipped").exists()


def test_whoever_removes_it_withdraws_by_hand_from_then_on(alice: User, bob: User) -> None:
    method = scheduled(alice, bob)

    payees.remove_method(method.pk, by=bob, at=NOON + DAY)

    assert_it_ended(method)
    with pytest.raises(NotAllowed, match="was removed on 3 March 2026"):
        given.requested_payout(bob, method, EUR("10.00"), at=NOON + 2 * DAY)


def test_a_bank_that_takes_no_payout_any_more_ends_it_too(alice: User, bob: User) -> None:
    method = scheduled(alice, bob)
    bank = SandboxBank.objects.get()
    SandboxBank.objects.update(is_usable=False)

    tell("account.updated", bank.account, at=NOON + DAY, account=bank.account_id)
    given.settle(at=NOON + DAY + SOON)

    assert_it_ended(method)


def test_another_bank_leaves_it_as_it_is(alice: User, bob: User) -> None:
    scheduled(alice, bob)
    other = given.payout_method(bob, last4="9921")

    payees.remove_method(other.pk, by=bob, at=NOON + DAY)

    assert PayoutSchedule.objects.get().rhythm == "weekly"
    assert not Letter.objects.filter(key__contains="payout_schedule_ended").exists()


@pytest.mark.django_db(transaction=True)
def test_a_schedule_and_who_removes_its_bank_never_wait_for_each_other() -> None:
    alice, bob = given.payer(), given.worker()
    method = scheduled(alice, bob)
    schedule = PayoutSchedule.objects.get()
    at = NOON + 2 * DAY

    ended = at_once(
        lambda: schedules.withdraw(schedule.pk, at=at),
        lambda: payees.remove_method(method.pk, by=bob, at=at),
    )

    assert not [word for word in ended if word.startswith("broke")], ended
    assert Payout.objects.count() <= 1
    assert PayoutSchedule.objects.get().rhythm == "by_hand"
