"""By what a bank finds a payout it may tell days after it has the money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from billing_site.people.models import User
from ledger.models import Entry
from payments.gateways import current
from payments.gateways.base import Kind, PayoutState
from payments.gateways.sandbox.happenings import TRACED_AFTER
from payments.models import Payee, Payout
from payments.queries.payout_page import payout_page
from payments.services import sending
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


def paid(client: User, freelancer: User, **bank: Any) -> Payout:
    given.available_earnings(client=client, freelancer=freelancer)
    payout = given.requested_payout(
        freelancer, given.payout_method(freelancer, **bank), EUR("100.00")
    )
    day = 1
    while payout.state != "paid":
        given.settle(at=NOON + day * DAY)
        payout.refresh_from_db()
        day += 1
    return payout


@pytest.mark.parametrize(("is_card", "ends"), [(False, "TRACE"), (True, "gives none.")])
def test_the_page_says_until_when_it_comes_and_then_what_it_is(
    alice: User, bob: User, is_card: bool, ends: str
) -> None:
    payout = paid(alice, bob, is_card=is_card)
    assert payout.finished_at
    arrived = payout.finished_at
    known_by = arrived.date() + timedelta(days=10)
    shown = payout_page(payout, viewer=bob, today=arrived.date()).trace
    assert shown == f"Your bank's reference comes by {known_by:%-d %B %Y}."
    later = payout_page(payout, viewer=bob, today=known_by + DAY).trace
    assert later == "Your bank gives none."
    before = Entry.objects.count()

    given.settle(at=arrived + TRACED_AFTER)

    payout.refresh_from_db()
    assert bool(payout.untraced_at) == is_card
    assert payout.trace[:5] == ("" if is_card else "TRACE")
    page = session_of(bob).get(payout.get_absolute_url()).content.decode()
    assert ends in page
    assert Entry.objects.count() == before
    assert_every_law_holds()


def test_what_the_provider_told_once_stays(alice: User, bob: User) -> None:
    payout = paid(alice, bob)
    shown = current().fetch(Kind.PAYOUT, payout.payout_id, Payee.objects.get().account)
    assert isinstance(shown, PayoutState)

    for trace, never in (("", False), ("", True), ("TRACE1", False), ("TRACE2", False), ("", True)):
        state = replace(shown, trace=trace, is_untraced=never)
        sending.follow(payout.pk, state, at=NOON + 9 * DAY)

    payout.refresh_from_db()
    assert (payout.trace, payout.untraced_at) == ("TRACE1", None)
    told = "UPDATE payments_payout SET untraced_at = requested_at"
    with pytest.raises(IntegrityError, match="what_has_a_trace_is_not_without_one"):
        connection.cursor().execute(told)
