"""The queue at the desk shows to each what they may act on, by one query a line."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from billing_site.desk_queue import open_work
from billing_site.platform import clock
from payments.services import payees
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, NOON
from tests.signing_in import session_of, with_second_factor

pytestmark = pytest.mark.django_db
QUESTIONS = "Questions without an answer"
SHOWN = {
    "mediator": [
        "Cases of yours",
        "Cases taken by nobody",
        "All cases that wait for us",
        "Cases that need a second person",
        QUESTIONS,
    ],
    "supervisor": [
        "Cases of yours",
        "Cases taken by nobody",
        "All cases that wait for us",
        "Cases that need a second person",
        "Cases in which we are late",
        QUESTIONS,
    ],
    "finance": [
        QUESTIONS,
        "Chargebacks to answer",
        "Lost chargebacks that nobody took",
        "Payments that a bank suspects",
        "Withdrawals that we hold",
        "Banks under another name",
        "Differences from the provider",
        "Payments in suspense",
        "Debts of freelancers",
        "Exchange rates of ours that end with none after them",
        "Payees whose account is short",
        "Events that could not be read",
        "Calls that are stuck",
        "Cases to give up, by a second person",
        "Write-offs, by a second person",
        "Debts to give up, by a second person",
        "Exchange rates, by a second person",
    ],
    "trust": [QUESTIONS, "Appeals against restrictions", "Payments that a bank suspects"],
    "support": [QUESTIONS],
}


@pytest.mark.parametrize("role", SHOWN)
def test_each_role_is_shown_what_it_may_act_on(
    role: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = UserFactory.create(name="Finn", roles=[role])
    user.get_all_permissions()

    with django_assert_num_queries(len(SHOWN[role])):
        shown = open_work(user, at=NOON)

    assert [each.words for each in shown] == SHOWN[role]


def test_a_bank_under_another_name_waits_until_it_is_removed() -> None:
    bob, finn = given.worker(), UserFactory.create(name="Finn", roles=["finance"])
    with_second_factor(finn)
    for number in (1, 2):
        given.payout_method(bob, at=NOON - 2 * DAY, holder="Mallory", last4=f"000{number}")
    gone = given.payout_method(bob, at=NOON - 2 * DAY, holder="Mallory", last4="0003")
    payees.remove_method(gone.pk, by=bob, at=NOON)
    given.payout_method(bob, at=NOON - 2 * DAY, holder="Bob", last4="0004")

    def banks(at: Any) -> Any:
        return next(line for line in open_work(finn, at=at) if line.words.startswith("Banks"))

    line = banks(NOON)
    assert (line.count, line.late, line.next_at) == (2, 0, date(2026, 3, 3))
    assert banks(NOON + 9 * DAY).late == 2
    with clock.pinned(NOON):
        listed = session_of(finn).get(line.url).context["cl"].result_list
    assert sorted(method.last4 for method in listed) == ["0001", "0002"]
