"""What was too little leads to the payment that it came with."""

from __future__ import annotations

import pytest

from billing_site.kernel.money import show
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import Charge
from payments.services import collecting
from tests import given_payments as given
from tests.given_payments import DAY, NOON
from tests.payments.test_too_little import week
from tests.payments.visiting import text_of
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
LATER = NOON + 20 * DAY


def test_each_that_was_given_up_for_it_leads_to_what_was_paid(alice: User, bob: User) -> None:
    given.payment_method(alice)
    first = week(alice, bob, "0.10", 1)
    second = week(alice, bob, "0.10", 2)
    all_of_it = week(alice, bob, "100.00", 10)
    assert all_of_it.state == "succeeded"

    for charge in (first, second):
        charge.refresh_from_db()
        assert charge.state == "cancelled"
        with clock.pinned(LATER):
            page = session_of(alice).get(charge.get_absolute_url())
        assert (
            f"It was too little to be charged by itself: it came with a payment of"
            f" {show(all_of_it.amount)}, which has arrived." in text_of(page)
        )
        assert f'href="{all_of_it.get_absolute_url()}"' in page.content.decode()
        with pytest.raises(NotAllowed, match="Nothing is to be paid here: it is cancelled"):
            collecting.try_again(charge.pk, by=alice, at=LATER)
    assert Charge.objects.count() == 3
