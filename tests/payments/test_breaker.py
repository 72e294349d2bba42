"""T48: a provider that is down is left alone for a minute, and everything is done afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.base import Declined, InvalidRequest, OutcomeUnknown
from payments.gateways.sandbox import faults
from payments.gateways.sandbox.models import SandboxRefund
from payments.models import Escrow, GatewayCommand, Refund
from payments.services import breaker, charging, escrow, outbox
from tests import given_payments as given
from tests.given_payments import DAY, NOON
from tests.payments.books import assert_every_law_holds

THE_END = SYSTEM("the contract ended")
AT = NOON + DAY
MINUTE = timedelta(minutes=1)
MANY = breaker.SILENCES + 2


@pytest.fixture
def commands(alice: User, bob: User) -> list[GatewayCommand]:
    """Seven refunds that are about to be sent."""
    several = [given.terms(bob, document=f"milestone/M{place}") for place in range(MANY)]
    given.paid(given.begin(alice, several))
    for held in Escrow.objects.order_by("pk"):
        escrow.refund(held.pk, reason="The work ended.", by=THE_END, at=AT)
    return list(GatewayCommand.objects.filter(kind="refund").order_by("pk"))


def run_all(commands: list[GatewayCommand], *, at: datetime) -> None:
    with clock.pinned(at):
        for command in commands:
            outbox.run(command.pk, at=at)


def states() -> list[str]:
    found = GatewayCommand.objects.filter(kind="refund").order_by("pk")
    return list(found.values_list("state", flat=True))


def test_after_five_silences_it_is_not_asked_and_then_all_is_done_once(
    commands: list[GatewayCommand],
) -> None:
    with faults.planned("after", "refund", OutcomeUnknown("no answer")):
        run_all(commands, at=AT)
    assert states() == ["unknown"] * breaker.SILENCES + ["queued"] * 2
    assert breaker.is_open("sandbox", at=AT)

    run_all(commands, at=AT + MINUTE / 2)  # It is there again, and is still left alone.
    assert "done" not in states()
    for minute in range(1, 10):
        moment = AT + minute * MINUTE
        with clock.pinned(moment):
            outbox.run_stuck(at=moment)

    assert set(states()) == {"done"}
    assert SandboxRefund.objects.count() == Refund.objects.count() == MANY
    assert not breaker.is_open("sandbox", at=AT + 10 * MINUTE)
    assert_every_law_holds()


@pytest.mark.parametrize("answer", [Declined("no"), InvalidRequest("no")])
def test_a_refusal_shows_that_somebody_is_there(answer: Exception, db: None) -> None:
    for problem in [OutcomeUnknown("")] * 4 + [answer] + [OutcomeUnknown("")] * 4:
        with pytest.raises(type(problem)), breaker.listening("stripe", at=AT):
            raise problem

    assert not breaker.is_open("stripe", at=AT)


def test_a_page_says_at_once_that_it_waits(alice: User, bob: User) -> None:
    for _ in range(breaker.SILENCES):
        with pytest.raises(OutcomeUnknown), breaker.listening("sandbox", at=NOON):
            raise OutcomeUnknown("no answer")

    terms = [given.terms(bob)]
    charge = charging.begin(payer=given.organization(alice), escrows=terms, by=alice, at=NOON)
    with clock.pinned(NOON):
        assert outbox.open_page(charge.pk, at=NOON) is None

    later = NOON + 2 * MINUTE
    with clock.pinned(later):
        outbox.run_stuck(at=later)
        assert outbox.open_page(charge.pk, at=later)
