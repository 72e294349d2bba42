"""Sweeps that had loops of their own: one bad row breaks no other's, and is due again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from billing_site.people.models import User
from invoices.services import approving, contracts, dunning, invoicing, reminding, silence
from payments.services import earnings, sending
from tests import given, given_payments
from tests.given import EUR, NOON, days

pytestmark = pytest.mark.django_db
Situation = Callable[[User, User], None]


def two_submitted(alice: User, bob: User) -> None:
    for _ in range(2):
        given.submitted_invoice(client=alice, freelancer=bob)


def two_offers(alice: User, bob: User) -> None:
    for _ in range(2):
        given.offered_contract(client=alice, freelancer=bob)


def two_owed(alice: User, bob: User) -> None:
    for _ in range(2):
        invoice = given.owed_invoice(client=alice, freelancer=bob)
        invoicing.approve(invoice.pk, by=alice, at=NOON)


def two_released(alice: User, bob: User) -> None:
    for _ in range(2):
        given.paid_invoice(client=alice, freelancer=bob)


def two_withdrawals(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    method = given_payments.payout_method(bob)
    earnings.make_available(at=NOON + days(30))
    for _ in range(2):
        given_payments.requested_payout(bob, method, EUR("100.00"), at=NOON + days(30))


Row = tuple[Any, str, Callable[..., list[Any]], Situation, float]
SWEEPS: list[Row] = [
    (reminding, "_remind", reminding.remind, two_submitted, 8),
    (approving, "approve", silence.approve_unanswered, two_submitted, 14),
    (contracts, "_expire", contracts.expire_due, two_offers, 15),
    (dunning, "_remind", dunning.remind, two_owed, 4),
    (earnings, "_make_available", earnings.make_available, two_released, 30),
    (sending, "send", sending.send_due, two_withdrawals, 30.1),
]


@pytest.mark.parametrize("row", SWEEPS, ids=lambda row: f"{row[0].__name__}{row[1]}")
def test_the_first_is_poisoned_and_the_second_is_done(
    row: Row,
    alice: User,
    bob: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    module, deed, sweep, situation, after = row
    situation(alice, bob)
    does, seen = getattr(module, deed), list[int]()
    at: datetime = NOON + days(after)

    def poisoned(key: int, **facts: Any) -> Any:
        seen.append(key)
        if len(seen) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return does(key, **facts)

    monkeypatch.setattr(module, deed, poisoned)
    with caplog.at_level(logging.ERROR):
        done = sweep(at=at)

    assert (len(seen), len(done)) == (2, 1)
    assert "Could not " in caplog.text
    assert str(seen[0]) in caplog.text
    monkeypatch.undo()
    assert len(sweep(at=at)) == 1
