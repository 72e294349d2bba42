"""The ladder waits while a bank debit is on its way for all that is late."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import Charge, Restriction
from payments.queries.late import what_follows
from payments.services import arrears, collecting
from tests import given_payments as given
from tests.given_payments import DAY, SOON
from tests.payments.test_unpaid_restrictions import owe, scopes, since

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("outcome", "then"), [("debit", []), ("debit_returned", ["funding"])])
def test_nothing_more_is_restricted_until_the_bank_has_answered(
    alice: User, bob: User, outcome: str, then: list[str]
) -> None:
    charge = owe(alice, bob)
    late = since(charge)
    arrears.follow(at=late + 4 * DAY)
    with clock.pinned(late + 5 * DAY):
        collecting.ask_for_page(charge.pk, by=alice, at=late + 5 * DAY)
    given.paid(given.opened(charge, at=late + 5 * DAY), outcome, at=late + 5 * DAY)
    assert Charge.objects.get(pk=charge.pk).state == "processing"

    assert arrears.follow(at=late + 8 * DAY) == []
    assert scopes() == ["hours", "offers"], "What is restricted stays so."
    assert what_follows(given.organization(alice).pk, at=late + 6 * DAY) == []

    given.settle(at=late + 10 * DAY)
    arrears.follow(at=late + 10 * DAY)
    assert scopes() == [*then, *(["hours", "offers"] if then else [])]
    assert Restriction.objects.count() == 1


def test_another_charge_that_is_late_goes_on(alice: User, bob: User) -> None:
    first, _ = owe(alice, bob), owe(alice, bob, "invoice/I2")
    late = since(first)
    with clock.pinned(late + SOON):
        collecting.ask_for_page(first.pk, by=alice, at=late + SOON)
    given.paid(given.opened(first, at=late + SOON), "debit", at=late + SOON)

    assert len(arrears.follow(at=late + 3 * DAY)) == 1
