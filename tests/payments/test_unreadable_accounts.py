"""An account that the provider does not show keeps nobody else's from being compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.base import BalanceLine, InvalidRequest
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.models import Payee, ProviderLine
from payments.queries.money_health import money_health
from payments.services import matching
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.compared import compare, open_differences

LATER = NOON + 10 * DAY
HOUR = timedelta(hours=1)
READ = SandboxGateway.list_balance_transactions


@pytest.fixture
def withdrawn(alice: User, bob: User, charlie: User) -> None:
    """Bob and Charlie have withdrawn, each through an account of their own."""
    for worker, last4 in ((bob, "4471"), (charlie, "4472")):
        given.available_earnings(client=alice, freelancer=worker)
        given.requested_payout(worker, given.payout_method(worker, last4=last4), EUR("100.00"))
    given.settle(at=NOON + DAY)
    given.settle(at=LATER)


def locked(monkeypatch: pytest.MonkeyPatch, *accounts: str) -> list[str]:
    """Nothing is told about these; return what is asked for from now on."""
    asked: list[str] = []

    def read(
        gateway: SandboxGateway, since: datetime, account: str | None = None
    ) -> Iterator[BalanceLine]:
        asked.append(account or "")
        if (account or "") in accounts:
            raise InvalidRequest("This key has no access to the account.", code="no_access")
        return READ(gateway, since, account)

    monkeypatch.setattr(SandboxGateway, "list_balance_transactions", read)
    return asked


def test_the_others_are_compared_and_it_is_caught_up_with(
    bob: User, withdrawn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Payee.objects.get(organization=given.organization(bob)).account
    with monkeypatch.context() as closed:
        locked(closed, account)
        outcome = compare(LATER)
        assert outcome.found == 0
        assert compare(LATER + 20 * DAY).found == 0
    assert not ProviderLine.objects.filter(account=account).exists()
    assert ProviderLine.objects.exclude(account__in=["", account]).exists()

    compare(LATER + 21 * DAY)

    assert ProviderLine.objects.filter(account=account).exists()
    assert not ProviderLine.objects.filter(matched_at=None).exists()
    assert open_differences() == []


def test_without_our_own_balance_it_is_tried_again_in_an_hour(
    withdrawn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.pinned(LATER), monkeypatch.context() as closed:
        asked = locked(closed, "")
        for minute in range(60):
            assert matching.compare_when_due(at=LATER + timedelta(minutes=minute)) is None
        assert asked == [""]

    with clock.pinned(LATER + HOUR):
        assert matching.compare_when_due(at=LATER + HOUR)


def test_charges_that_were_never_compared_are_an_alarm(alice: User, bob: User) -> None:
    assert money_health(at=NOON)["provider_was_compared"]
    given.held_escrow(client=alice, freelancer=bob, at=NOON)
    assert money_health(at=NOON + DAY)["provider_was_compared"]  # the first night is to come
    assert not money_health(at=NOON + 3 * DAY)["provider_was_compared"]

    compare(NOON + 3 * DAY)

    assert money_health(at=NOON + 3 * DAY)["provider_was_compared"]
