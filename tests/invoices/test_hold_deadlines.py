"""Held money is on the provider's balance for ninety days at most: warnings, then it goes back."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from billing_site.platform.models import Letter, Notice
from invoices.models import Contract, Invoice, Milestone
from invoices.queries.deadlines import next_due
from invoices.services import hold_deadlines, invoicing, refund_requests
from payments.models import Refund
from tests import given
from tests.factories.people import UserFactory
from tests.given import EUR, NOON, days
from tests.invoices.books import broken_laws

pytestmark = pytest.mark.django_db

WARNINGS = [54, 67.5, 76.5]  # 60, 75 and 85 % of 90 days
OVER = 85.5  # 95 %


def test_both_sides_are_warned_three_times_and_each_time_once(milestone: Milestone) -> None:
    for count, day in enumerate(WARNINGS, start=1):
        assert next_due(after=NOON + days(day - 0.01)) == NOON + days(day)
        assert hold_deadlines.warn(at=NOON + days(day - 0.01)) == []
        assert len(hold_deadlines.warn(at=NOON + days(day + 0.2))) == 1
        assert hold_deadlines.warn(at=NOON + days(day + 0.3)) == []
        letters = Letter.objects.filter(key__contains=f"/hold/{count}/")
        assert sorted(it.email for it in letters) == ["alice@example.org", "bob@example.org"]
        assert {it.written_at for it in letters} == {NOON + days(day)}
    assert next_due(after=NOON + days(OVER - 0.01)) == NOON + days(OVER)


def test_a_worker_that_was_away_says_the_last_warning_only(milestone: Milestone) -> None:
    hold_deadlines.warn(at=NOON + days(80))

    assert Letter.objects.filter(key__contains="/hold/").count() == 2
    assert Milestone.objects.get().hold_warnings == 3


def test_what_nobody_delivered_for_goes_back_as_of_its_day(milestone: Milestone) -> None:
    assert hold_deadlines.return_expired(at=NOON + days(OVER - 0.01)) == []
    assert not Refund.objects.exists()

    assert len(hold_deadlines.return_expired(at=NOON + days(88))) == 1
    assert hold_deadlines.return_expired(at=NOON + days(88)) == []

    closed = Milestone.objects.get()
    assert (closed.state, closed.closed_at) == ("closed", NOON + days(OVER))
    refund = Refund.objects.get()
    assert (refund.amount, refund.requested_at) == (EUR("1060.00"), NOON + days(OVER))
    assert Contract.objects.get().state == "active"
    assert Letter.objects.filter(key__contains="/hold/over/").count() == 2
    assert broken_laws() == []


def test_what_is_being_decided_stays_and_staff_hear_of_it_daily(
    milestone: Milestone, alice: User, bob: User
) -> None:
    finn = UserFactory.create(roles=["mediator"])
    request = refund_requests.ask(milestone.pk, keeps=EUR("10.00"), by=alice, at=NOON)
    refund_requests.refuse(request.pk, reason="No.", by=bob, at=NOON)
    delivered = given.submitted_invoice(client=alice, freelancer=bob)
    invoicing.return_(delivered.pk, reason="Darker.", by=alice, at=NOON)

    for day in (86, 86.2, 87):
        assert hold_deadlines.return_expired(at=NOON + days(day)) == []

    assert Notice.objects.filter(user_id=finn.pk).count() == 4  # two milestones, two days
    assert not Refund.objects.exists()
    assert Invoice.objects.get().state == "returned"
    assert set(Milestone.objects.values_list("state", flat=True)) == {"funded"}
