"""The payment counts; a balance line in another currency is for the nightly comparison."""

from __future__ import annotations

from dataclasses import replace

import pytest

from billing_site.people.models import User
from ledger.models import Entry
from payments.gateways import current
from payments.gateways.base import BalanceLine, Kind, PaymentState, RefundState
from payments.models import Charge, Refund
from payments.services import escrow, following, refunds
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON

pytestmark = pytest.mark.django_db


def in_dollars(line: BalanceLine | None) -> BalanceLine:
    assert line
    return replace(line, currency="USD")


def test_a_line_in_another_currency_is_nobodys(
    alice: User, bob: User, caplog: pytest.LogCaptureFixture
) -> None:
    """The payment counts; what the balance says of it is for the nightly comparison."""
    charge = given.begun_charge(client=alice, freelancer=bob)
    given.paid(charge)
    given.settle(at=NOON + 2 * SOON)
    settled = Entry.objects.filter(kind="settle_provider_line")
    assert settled.count() == 1
    charge.refresh_from_db()
    state = current().fetch(Kind.PAYMENT, charge.payment_id)
    assert isinstance(state, PaymentState)
    Charge.objects.update(settled_at=None)

    following.payment(charge.pk, replace(state, line=in_dollars(state.line)), at=NOON + DAY)

    assert settled.count() == 1
    assert Charge.objects.get().settled_at is None
    assert "is in USD, and not in EUR" in caplog.text


def test_a_refunds_line_neither(alice: User, bob: User) -> None:
    held = given.held_escrow(client=alice, freelancer=bob)
    escrow.refund(held.pk, reason="The work ended.", by=alice, at=NOON + SOON)
    given.settle(at=NOON + 5 * DAY)
    refund = Refund.objects.get()
    state = current().fetch(Kind.REFUND, refund.refund_id)
    assert isinstance(state, RefundState)
    before = Entry.objects.count()
    Refund.objects.update(settled_at=None)

    refunds.follow(refund.pk, replace(state, line=in_dollars(state.line)), at=NOON + 6 * DAY)

    assert Entry.objects.count() == before
    assert Refund.objects.get().settled_at is None
