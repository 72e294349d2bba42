"""What is left after a part was paid is collected by the schedule that there was."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from payments.models import Charge, ChargeAttempt, Collection
from payments.queries.standing import standing_of
from payments.services import collecting
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.collected import settled
from tests.payments.test_unpaid_restrictions import owe

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("days", [2, 9])
def test_a_part_payment_charges_nothing_that_is_saved(alice: User, bob: User, days: int) -> None:
    """Before the last round the next one has the rest; after it we do not try by ourselves."""
    first = settled(owe(alice, bob), at=NOON + days * DAY)
    planned = Collection.objects.get(charge=first).next_try_at
    given.payment_method(alice, at=NOON + days * DAY)
    at = NOON + days * DAY + 2 * SOON
    tries = ChargeAttempt.objects.count()

    item = first.settlements.get().open_item
    assert item
    given.part_paid(item, EUR("500.00"), by=alice, at=at)
    given.settle(at=at + SOON)

    rest = Charge.objects.get(replaces=first)
    assert (rest.amount, rest.state) == (EUR("559.50"), "begun")
    assert ChargeAttempt.objects.count() == tries
    assert rest.collection.next_try_at == planned
    standing = standing_of(rest)
    assert standing
    ours = "We try again by ourselves" if days == 2 else "We do not try again by ourselves"
    assert ours in standing.words
    collecting.try_due(at=NOON + 20 * DAY)
    given.settle(at=NOON + 20 * DAY + SOON)
    assert (Charge.objects.get(pk=rest.pk).state == "succeeded") is (days == 2)
    assert_every_law_holds()
