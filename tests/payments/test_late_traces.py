"""By what a bank finds a payout it may tell days after it has the money."""

from __future__ import annotations

from dataclasses import replace

import pytest

from billing_site.people.models import User
from ledger.models import Entry
from payments.gateways.base import Kind, PayoutState, Status
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.models import Payee, Payout
from payments.services import sending
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds

pytestmark = pytest.mark.django_db


def test_a_trace_that_comes_after_the_money_is_kept_once(alice: User, bob: User) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    payout = given.requested_payout(bob, given.payout_method(bob), EUR("100.00"))
    given.settle(at=NOON + DAY)
    payout.refresh_from_db()
    shown = SandboxGateway().fetch(Kind.PAYOUT, payout.payout_id, Payee.objects.get().account)
    assert isinstance(shown, PayoutState)
    paid = replace(shown, status=Status.SUCCEEDED, trace="")
    sending.follow(payout.pk, paid, at=NOON + 2 * DAY)
    payout.refresh_from_db()
    assert (payout.state, payout.trace) == ("paid", "")
    before = Entry.objects.count()

    for trace in ("TRACE1", "", "TRACE2"):
        sending.follow(payout.pk, replace(paid, trace=trace), at=NOON + 9 * DAY)

    assert Payout.objects.get().trace == "TRACE1"
    assert Entry.objects.count() == before
    assert_every_law_holds()
