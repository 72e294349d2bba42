from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from billing_site.people.models import User
from records.queries.statements import months_until, statement
from tests import given
from tests.given import EUR, NOON
from tests.records.sums import balance_of
from tests.signing_in import session_of

DAY = timedelta(days=1)


def test_a_statement_leads_from_the_opening_to_the_closing_balance(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"), at=NOON - 40 * DAY)
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("99.99"), at=NOON)
    ours = given.organization(bob)
    first = (NOON - 40 * DAY).date()

    before = statement(ours, "EUR", first - 9 * DAY, first)
    after = statement(ours, "EUR", first + DAY, NOON.date())

    assert (before.opening, before.closing) == (EUR("0.00"), EUR("352.00"))
    assert after.opening == before.closing
    assert after.closing == balance_of(ours, "EUR")
    assert after.came + after.went == after.closing - after.opening
    assert [row.balance for row in after.rows][-1] == after.closing


def test_months_go_back_to_the_first_and_end_today() -> None:
    months = months_until(date(2026, 3, 5), since=date(2025, 12, 31))

    assert [month.words for month in months] == [
        "March 2026",
        "February 2026",
        "January 2026",
        "December 2025",
    ]
    assert months[0].last == date(2026, 3, 5)
    assert months[1].last == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 200),
        ({"since": "2026-02-01", "until": "2026-02-28"}, 200),
        ({"since": "2026-02-28", "until": "2026-02-01"}, 422),
        ({"since": "2020-02-28", "until": "2026-02-01"}, 422),
        ({"since": "yesterday"}, 422),
    ],
)
def test_any_range_of_a_year_at_most(asked: dict[str, str], status: int, alice: User) -> None:
    assert session_of(alice).get(reverse("statements"), asked).status_code == status


def test_a_statement_is_also_a_pdf(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    answer = session_of(alice).get(reverse("statement-pdf"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
