"""Our own balance does not hold what is to go out: whoever waits and whoever can help hear it."""

from __future__ import annotations

from datetime import datetime

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter, Notice
from payments.gateways.base import InsufficientFunds
from payments.gateways.sandbox import faults
from payments.gateways.sandbox.models import SandboxBalanceLine
from payments.models import Escrow, GatewayCommand, Payout, Refund
from payments.queries.money_health import money_health
from payments.services import earnings, escrow, outbox
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds

pytestmark = pytest.mark.django_db


@pytest.fixture
def finn() -> User:
    return UserFactory.create(name="Finn", is_staff=True, roles=["finance"])


def again(*, at: datetime) -> None:
    with clock.pinned(at):
        outbox.run_stuck(at=at)
    given.settle(at=at)


@pytest.mark.scenario(25)
def test_a_withdrawal_that_waits_says_another_day(alice: User, bob: User, finn: User) -> None:
    method = given.payout_method(bob)
    due = given.released(client=alice, freelancer=bob, at=NOON).available_at
    earnings.make_available(at=due)
    payout = given.requested_payout(bob, method, EUR("100.00"), at=due)
    SandboxBalanceLine.objects.filter(kind="charge").update(available_at=due + 9 * DAY)
    given.settle(at=due + SOON)
    promised = payout.arrives_on

    for day in range(1, 5):
        for hour in (0, 1, 2):
            again(at=due + day * DAY + hour * SOON)

    payout.refresh_from_db()
    assert payout.state == "sending"
    assert payout.arrives_on > promised
    assert payout.arrives_on > (due + 4 * DAY).date()
    [told] = Letter.objects.filter(subject__contains="arrives later than we said")
    assert "Yours is safe" in told.text
    notices = Notice.objects.filter(user_id=finn.pk)
    assert notices.count() == 5, "One a day."
    assert "holds too little in EUR" in notices.latest("pk").text
    assert not money_health(at=due + 4 * DAY)["our_funds_suffice"]

    again(at=due + 10 * DAY)
    assert Payout.objects.get().state == "sent"
    assert money_health(at=due + 10 * DAY)["our_funds_suffice"]


@pytest.mark.scenario(34)
def test_a_refund_that_waits_is_not_said_to_be_done(alice: User, bob: User, finn: User) -> None:
    held = given.held_escrow(client=alice, freelancer=bob)
    with faults.planned("before", "refund", InsufficientFunds("Available: 0.")):
        escrow.refund(held.pk, reason="The work ended.", by=alice, at=NOON + SOON)
        given.settle(at=NOON + SOON)

    command = GatewayCommand.objects.get(kind="refund", state="queued")
    assert (Refund.objects.get().state, command.state) == ("requested", "queued")
    assert "refund" in Notice.objects.get(user_id=finn.pk).text
    assert not Letter.objects.filter(key__contains=Refund.objects.get().ref).exists()
    assert not Notice.objects.filter(user_id=alice.pk).exists(), "Nobody says that it is done."

    again(at=NOON + 3 * SOON)
    given.settle(at=NOON + 3 * DAY)
    assert Refund.objects.get().state == "succeeded"
    assert Escrow.objects.get().state == "refunded"
    assert_every_law_holds()
