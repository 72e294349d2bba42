"""What cannot be listed or kept hides nothing else of what was missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.base import InboundEvent, InvalidRequest
from payments.gateways.sandbox import paying
from payments.gateways.sandbox.delivery import deliver_due
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxEvent
from payments.models import GatewayEvent, Payee
from payments.services import gaps
from tests import given_payments as given
from tests.given_payments import DAY, NOON
from tests.payments.test_gaps import swallow

LIST = SandboxGateway.list_events
LATER = NOON + 2 * DAY
HOUR = timedelta(hours=1)


@pytest.fixture
def missed(alice: User, bob: User) -> None:
    """Four events of a payment were lost on their way."""
    charge = given.begun_charge(client=alice, freelancer=bob)
    given.payout_method(bob)
    paying.pay(charge.session_id, "4242", at=NOON)
    with clock.pinned(LATER):
        deliver_due(at=LATER, post=swallow)


def test_an_event_that_cannot_be_kept_loses_no_other(
    missed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoiled(
        gateway: SandboxGateway, since: datetime, account: str | None = None
    ) -> Iterator[InboundEvent]:
        for number, event in enumerate(LIST(gateway, since, account)):
            yield replace(event, type="x" * 101) if number == 1 else event

    monkeypatch.setattr(SandboxGateway, "list_events", spoiled)
    before = GatewayEvent.objects.count()

    with clock.pinned(LATER):
        assert gaps.fill_when_due(at=LATER) == 3

    assert GatewayEvent.objects.count() == before + 3


def test_an_account_that_cannot_be_listed_is_caught_up_with(
    missed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Payee.objects.get().account
    of_account = GatewayEvent.objects.filter(account=account)
    of_account.delete()
    asked: list[str] = []

    def locked(
        gateway: SandboxGateway, since: datetime, account: str | None = None
    ) -> Iterator[InboundEvent]:
        asked.append(account or "")
        if account:
            raise InvalidRequest("This key has no access to the account.", code="no_access")
        return LIST(gateway, since, account)

    with monkeypatch.context() as closed, clock.pinned(LATER):
        closed.setattr(SandboxGateway, "list_events", locked)
        for minute in range(60):
            gaps.fill_when_due(at=LATER + timedelta(minutes=minute))
    assert asked == ["", account]
    assert not of_account.exists()

    for later in (LATER + HOUR, LATER + 2 * HOUR):
        with clock.pinned(later):
            gaps.fill_when_due(at=later)

    assert of_account.count() == SandboxEvent.objects.filter(account=account).count() > 0
    assert SandboxEvent.objects.count() == GatewayEvent.objects.count()
