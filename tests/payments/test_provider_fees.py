"""What the provider takes for itself, such as for paying at once, is a cost, and no difference."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billing_site.people.models import User
from ledger.models import Entry
from payments.gateways.sandbox import balances
from payments.gateways.sandbox.models import SandboxAccount, SandboxBalanceLine
from payments.models import Payout, ProviderLine
from payments.services import provider_fees
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.compared import compare, open_differences, printed
from tests.payments.racing import at_once

APRIL = datetime(2026, 4, 1, tzinfo=UTC)


def test_what_is_paid_at_once_in_a_month_costs_us_a_line(alice: User, bob: User) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    card = given.payout_method(bob, is_card=True, last4="5556")
    closed = given.payout_method(bob, is_card=True, last4="0002", behavior="closes")
    for method, amount in ((card, "500.00"), (card, "100.00"), (closed, "50.00")):
        asked = EUR(amount)
        given.requested_payout(bob, method, asked, speed=Payout.Speed.INSTANT)
        given.settle(at=NOON + DAY)
    given.settle(at=APRIL)
    line = SandboxBalanceLine.objects.get(kind="payout_fee")
    assert (line.amount, line.source_id) == (-593, "")  # 1 % of 495.00 and of 98.00

    for days in (1, 2):
        said, code = printed(at=APRIL + days * DAY)
        assert (code, "Both sides agree." in said) == (0, True)

    assert held("cost:payout") == EUR("-5.93")
    entry = Entry.objects.get(kind="pay_provider_fee")
    assert entry.occurred_at == APRIL
    given.settle(at=APRIL + 40 * DAY)
    assert SandboxBalanceLine.objects.filter(kind="payout_fee").count() == 1
    assert_every_law_holds()


TAKEN = (
    ("fee", -700, "cost:provider", "-7.00"),
    ("fee", 200, "cost:provider", "2.00"),
    ("dispute_fee", -1_500, "cost:chargeback", "-15.00"),
)


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "amount", "account", "cost"), TAKEN)
def test_whatever_it_takes_or_gives_back_is_in_the_books(
    kind: str, amount: int, account: str, cost: str
) -> None:
    balances.write(kind, "", amount, "EUR", at=NOON)
    balances.write(kind, "", 0, "EUR", at=NOON)

    assert compare().found == 0

    assert held(account) == EUR(cost)
    assert Entry.objects.count() == 1
    assert_every_law_holds()


def test_what_is_taken_of_a_payees_balance_stays_a_difference(alice: User, bob: User) -> None:
    given.payout_method(bob)
    balances.write("fee", "", -300, "EUR", at=NOON, account=SandboxAccount.objects.get())
    balances.write("network_cost", "", -400, "EUR", at=NOON)

    compare()

    assert open_differences() == [("not_in_books", "-3.00"), ("not_in_books", "-4.00")]
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sixteen_comparisons_book_it_once() -> None:
    ProviderLine.objects.create(
        gateway="sandbox",
        line_id="txn_1",
        kind="payout_fee",
        currency="EUR",
        amount_minor=-593,
        cost_minor=0,
        made_at=NOON,
    )

    assert at_once(lambda: provider_fees.book_all("sandbox")) == {"done": 16}

    assert (held("cost:payout"), Entry.objects.count()) == (EUR("-5.93"), 1)
    assert_every_law_holds()
