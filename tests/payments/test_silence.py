"""Once the provider answers again, everything is read and asked for within minutes."""

from __future__ import annotations

from typing import Any

import pytest

from billing_site.people.models import User
from payments.gateways.base import (
    Busy,
    OutcomeUnknown,
)
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.models import Charge
from payments.services import inbox, outbox
from tests import given_payments as given
from tests.given_payments import NOON, SOON
from tests.payments.test_inbox import events, pay_without_telling, receive

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("silence", [Busy("later"), OutcomeUnknown("no answer")])
def test_silence_is_no_try_and_all_is_read_soon_after(
    alice: User, bob: User, silence: Exception, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    pay_without_telling(given.begun_charge(client=alice, freelancer=bob), settings)
    row = receive(events()["payment_intent.succeeded"])

    def no_answer(*_: object) -> None:
        raise silence

    at = NOON + SOON
    with monkeypatch.context() as down:
        down.setattr(SandboxGateway, "fetch", no_answer)
        for _ in range(60):
            row = inbox.handle(row.pk, at=at)
            at = row.next_try_at
    assert (row.outcome, row.attempts) == ("waiting", 0)
    assert row.next_try_at - at <= max(inbox.PAUSES)

    assert inbox.handle(row.pk, at=at).outcome == "handled"
    assert Charge.objects.get().state == "succeeded"


def test_nothing_waits_for_longer_than_five_minutes_after_it_is_back() -> None:
    longest = [max(inbox.PAUSES), max(outbox.PAUSES), inbox.SILENCE]
    assert max(longest).total_seconds() <= 300
