"""What is held for a week has a last day, too: both sides and our staff are warned of it."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform.models import Letter, Notice
from invoices.models import Invoice
from invoices.queries.deadlines import next_due
from invoices.services import hold_warnings
from payments.models import Escrow, Freeze, Refund
from payments.services import freezing
from tests import given, given_payments
from tests.factories.people import UserFactory
from tests.given import NOON, days
from tests.given_world import live
from tests.invoices.books import broken_laws

pytestmark = pytest.mark.django_db


@pytest.fixture
def week(alice: User, bob: User) -> Escrow:
    """Paid, and nobody can decide: we are looking into it."""
    given_payments.payment_method(alice)
    contract = given.hourly_contract(client=alice, freelancer=bob)
    given.worked(contract, by=bob, start=NOON + days(1), minutes=240)
    live(NOON, NOON + days(8))
    held = Escrow.objects.get()
    by = SYSTEM("somebody asked us to")
    freezing.freeze(held.pk, cause=Freeze.Cause.STAFF, reason="We look.", by=by, at=NOON + days(8))
    return held


def test_each_is_warned_three_times_and_staff_daily_from_the_last_day_on(week: Escrow) -> None:
    UserFactory.create(email="mia@example.org", is_staff=True, roles=["mediator"])
    begun = week.held_at
    assert begun
    told = Notice.objects.filter(text__contains="nobody has decided")
    for count, day in enumerate([54, 67.5, 76.5], start=1):
        moment = begun + days(day)
        assert next_due(after=moment - days(0.01)) == moment
        assert hold_warnings.warn(at=moment - days(0.01)) == []
        assert len(hold_warnings.warn(at=moment + days(0.2))) == 1
        assert hold_warnings.warn(at=moment + days(0.3)) == []
        letters = Letter.objects.filter(key__contains=f"/hold/{count}/")
        assert sorted(it.email for it in letters) == ["alice@example.org", "bob@example.org"]
        assert {it.written_at for it in letters} == {moment}
        assert told.count() == count

    for day in (85.5, 85.6, 86.7):
        hold_warnings.warn(at=begun + days(day))

    assert told.count() == 5, "Once a day."
    assert Letter.objects.filter(key__contains="/hold/4/").count() == 2
    assert (Invoice.objects.get().state, Refund.objects.count()) == ("submitted", 0)
    assert broken_laws() == []


def test_what_a_milestone_holds_is_warned_of_there(alice: User, bob: User) -> None:
    given.funded_milestone(client=alice, freelancer=bob)

    assert hold_warnings.warn(at=NOON + days(80)) == []
