"""The page of earnings reads what it shows, however much there is, and sums the rest in SQL."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from payments.models import Payout
from payments.queries import earnings as page
from payments.queries.stages import stages_of
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON

pytestmark = pytest.mark.django_db


def test_what_was_paid_out_is_summed_and_the_last_one_named(alice: User, bob: User) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    bank, bobs = given.payout_method(bob), given.organization(bob)
    assert stages_of(bobs, at=NOON).last_payout is None
    for day, sum_ in enumerate(("100.00", "200.00", "300.00")):
        given.requested_payout(bob, bank, EUR(sum_), at=NOON + day * DAY)
        given.settle(at=NOON + (day + 7) * DAY)
    paid = list(Payout.objects.filter(state="paid").order_by("finished_at", "pk"))
    assert len(paid) == 3

    stages = stages_of(bobs, at=NOON + 20 * DAY)

    assert stages.paid_out_this_year == sum((each.net for each in paid), start=EUR("0.00"))
    assert stages.last_payout == paid[-1]
