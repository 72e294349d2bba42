"""The page of earnings reads what it shows, however much there is, and sums the rest in SQL."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.people.models import User
from payments.models import Lot, Payout
from payments.queries.earnings import earnings_page
from payments.queries.stages import stages_of
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.given_chargebacks import taken

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


def test_no_row_is_read_that_is_not_shown(alice: User, bob: User) -> None:
    """Nor is anything asked about debts of who never owed, or about banks once more."""
    for _ in range(2):
        given.available_earnings(client=alice, freelancer=bob)
    bobs = given.organization(bob)
    assert Lot.objects.exclude(made_available_at=None).count() == 2

    with CaptureQueriesContext(connection) as asked:
        earnings_page(bobs, at=NOON)

    lists = [each["sql"] for each in asked if "UNION" not in each["sql"]]
    for table in ("payments_quote", "payments_payout"):
        of_table = [sql for sql in lists if f'FROM "{table}"' in sql]
        assert of_table
        assert [sql for sql in of_table if "LIMIT" not in sql] == []
    assert len(asked) == 9


def test_banks_that_ask_are_named_for_what_is_held_and_what_is_pending(
    alice: User, bob: User
) -> None:
    ada = given.payer("ada")
    taken(given.held_escrow(client=alice, freelancer=bob))
    made = given.released(client=ada, freelancer=bob)
    assert made.lot.escrow
    taken(made.lot.escrow)
    given.held_escrow(client=given.payer("eve"), freelancer=bob)

    said = earnings_page(given.organization(bob), at=NOON + DAY).said

    assert [words.partition(" wants")[0] for words in said] == [
        f"The bank of {given.organization(user)}" for user in (ada, alice)
    ]
