"""Which hours of a week are protected."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from invoices.models import Contract
from tests import given, given_payments
from tests.given import EUR
from tests.invoices.march import at
from tests.invoices.week import summary, work_22_hours_10
from tests.invoices.weeks_in_memory import summary_in_memory


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    """20 hours a week at 50, from Monday noon on."""
    return given.hourly_contract(client=alice, freelancer=bob)


# Protection.
def test_tracked_time_with_a_memo_of_a_client_who_can_be_charged_is_protected(
    contract: Contract, alice: User, bob: User
) -> None:
    given_payments.payment_method(alice)
    given.worked(contract, by=bob, start=at(3, 9), minutes=60)
    given.worked(contract, by=bob, start=at(3, 11), minutes=60, memo="")
    given.wrote(contract, by=bob, start=at(3, 13), minutes=60)

    week = summary(contract)
    assert [one.protected for one in week.entries] == [60, 0, 0]
    assert [one.missing for one in week.entries] == [
        [],
        ["has a memo that says what was done"],
        ["tracked by the timer"],
    ]
    assert week.protected_amount == EUR("50.00")
    assert week.unprotected_amount == EUR("100.00")


def test_nothing_is_protected_with_a_client_who_named_no_way_to_pay(
    contract: Contract, bob: User
) -> None:
    given.worked(contract, by=bob, start=at(3, 9), minutes=60)

    (entry,) = summary(contract).entries
    assert entry.protected == 0
    assert entry.missing == ["the client has a payment method that can be charged"]


def test_time_over_the_limit_is_not_protected_and_uncovers_nothing_within(
    contract: Contract, alice: User, bob: User
) -> None:
    given_payments.payment_method(alice)
    work_22_hours_10(contract, bob)

    week = summary(contract)
    assert week.protected == week.billed == 20 * 60
    assert week.entries[2].missing == week.entries[3].missing == ["within the weekly limit"]


def test_protection_ends_at_50_hours_or_2_500_whichever_is_first() -> None:
    cheap = summary_in_memory([60 * 60], rate=20_00, limit=60 * 60)
    dear = summary_in_memory([20 * 60], rate=200_00, limit=60 * 60)

    assert (cheap.protected, cheap.protected_amount) == (50 * 60, EUR("1000.00"))
    assert (dear.protected, dear.protected_amount) == (12 * 60 + 30, EUR("2500.00"))
    assert dear.entries[0].missing == ["within the cap of protection for the two of you"]
