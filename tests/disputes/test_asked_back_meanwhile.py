"""What was asked back before a dispute began is not given back beside it."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from disputes.services.opening import open_dispute
from invoices.models import Invoice
from invoices.services import refund_requests
from tests import given, given_disputes
from tests.given import EUR, NOON, days
from tests.invoices.books import assert_every_law_holds


@pytest.mark.django_db
def test_a_request_is_not_granted_while_a_case_keeps_the_money(alice: User, bob: User) -> None:
    asked = given.refund_request(client=alice, freelancer=bob, at=NOON)
    milestone = asked.milestone
    assert milestone
    assert milestone.escrow_id
    claim = given_disputes.claim(EUR("400.00"))
    open_dispute(milestone.escrow_id, claim, by=bob, at=NOON + days(1))

    with pytest.raises(NotAllowed):
        refund_requests.grant(asked.pk, by=bob, at=NOON + days(2))

    assert Invoice.objects.filter(milestone=milestone).count() == 1
    assert_every_law_holds()
