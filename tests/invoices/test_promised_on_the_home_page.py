"""What a client has promised to send is on their home page until it is there."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from invoices.queries.client_owes import to_finish
from payments.models import Charge
from tests import given, given_payments
from tests.given import NOON, days

pytestmark = pytest.mark.django_db


def test_it_says_what_to_do_and_until_when(alice: User, bob: User) -> None:
    milestone = given.funding_milestone(client=alice, freelancer=bob, at=NOON)
    charge = Charge.objects.get()
    with clock.pinned(NOON):
        given_payments.paid(given_payments.opened(charge, at=NOON), "transfer_never", at=NOON)

    rows, count = to_finish(alice.memberships.get(), at=NOON + days(3), most=5)

    assert count == 1
    assert rows[0].words == f"Send the bank transfer for “{milestone.title}”"
    assert rows[0].badge == "until Mon 9 Mar"
