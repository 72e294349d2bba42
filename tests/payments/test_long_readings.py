"""Reading our own account says that it goes on: batch by batch, page by page, line by line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.people.models import User
from billing_site.platform import clock, queue
from payments.gateways.sandbox import balances
from payments.gateways.sandbox.models import SandboxBalanceLine, SandboxEvent
from payments.models import ProviderLine
from payments.services import gaps, matching, provider_fees
from tests import given_payments as given
from tests.given_payments import DAY, NOON

pytestmark = pytest.mark.django_db
GOES_ON = 'UPDATE "platform_job" SET "lease_until"'


def compare() -> None:
    matching.compare(at=NOON + DAY)


def fill() -> None:
    gaps.fill(at=NOON + DAY)


def book() -> None:
    provider_fees.book_all("sandbox")


def said_in(task: Callable[[], None]) -> int:
    job = queue.later(f"{__name__}.{task.__name__}")
    with clock.pinned(NOON + DAY), CaptureQueriesContext(connection) as asked:
        assert queue.run(job.pk) == "done"
    return sum(each["sql"].startswith(GOES_ON) for each in asked)


def test_the_lines_of_our_balance(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        balances.write("adjustment", "", -700, "EUR", at=NOON)
    monkeypatch.setattr(matching, "BATCH", 1)

    assert said_in(compare) == SandboxBalanceLine.objects.count() == 3


def test_the_events_of_our_account(alice: User, bob: User, monkeypatch: Any) -> None:
    given.held_escrow(client=alice, freelancer=bob)
    monkeypatch.setattr(gaps, "PAGE", 1)

    assert said_in(fill) == SandboxEvent.objects.filter(account="").count() > 1


def test_what_the_provider_took() -> None:
    facts: dict[str, Any] = {"kind": "fee", "currency": "EUR", "amount_minor": -700}
    lines = [
        ProviderLine(gateway="sandbox", line_id=f"L{n}", cost_minor=0, made_at=NOON, **facts)
        for n in range(3)
    ]
    ProviderLine.objects.bulk_create(lines)

    assert said_in(book) == 3
