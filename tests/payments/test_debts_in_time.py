"""A sweep is late: a debt is not paid back before it arose, in the books of any moment."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from ledger.models import Entry, Posting
from payments.services import earnings
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.test_taking_back import debt_of, taken_back

pytestmark = pytest.mark.django_db


def debts(user: User) -> list[int]:
    """What was on the account of the debt after each moment, in minor units."""
    code = f"freelancer:{given.organization(user).pk}:debt"
    found = Posting.objects.filter(account__code=code).order_by("entry__occurred_at", "pk")
    sums = [0]
    for amount in found.values_list("amount", flat=True):
        sums.append(sums[-1] + amount)
    return sums[1:]


def test_what_was_due_before_the_debt_pays_it_when_it_arose(alice: User, bob: User) -> None:
    first = given.available_earnings(client=alice, freelancer=bob).lot
    given.requested_payout(bob, given.payout_method(bob), EUR("881.00"))
    lots = [given.released(client=alice, freelancer=bob, at=NOON + DAY).lot for _ in range(2)]
    arose = lots[0].available_at + 2 * DAY
    taken_back("400.00", of=first.document.removeprefix("invoice/"), at=arose)

    for _ in range(2):
        earnings.make_available(at=arose + DAY)

    assert debts(bob) == [-35240, -13215, 0]
    kept = Entry.objects.filter(kind="recover_debt")
    assert set(kept.values_list("occurred_at", flat=True)) == {arose}
    free = Entry.objects.filter(key=f"lot/{lots[0].ref}/available").get()
    assert free.occurred_at == lots[0].available_at
    assert (available(bob), debt_of(bob)) == (EUR("1409.60"), EUR("0.00"))
    assert_every_law_holds()
