"""An organization chooses how its documents are numbered; no number comes twice or is left out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import NumberPattern, Organization, User
from billing_site.people.queries.numbering import kinds_of
from billing_site.people.services import numbering
from invoices.services.numbering import take_number
from tests import given
from tests.given import NOON

pytestmark = pytest.mark.django_db

KIND = NumberPattern.Kind.INVOICE
NEXT_YEAR = NOON + timedelta(days=365)


@pytest.fixture
def owner() -> User:
    return given.person("bob", kind="freelancer")


@pytest.fixture
def ours(owner: User) -> Organization:
    return given.organization(owner)


def issue(ours: Organization, at: datetime = NOON) -> str:
    return take_number(KIND, issuer=ours, on=at.date()).text


def arrange(ours: Organization, by: User, **facts: Any) -> NumberPattern:
    asked = {"pattern": "R-{year}-{number}", "restarts": True, "at": NOON, **facts}
    return numbering.arrange(ours.pk, asked.pop("kind", KIND), by=by, **asked)


def upcoming(ours: Organization, at: datetime = NOON) -> str:
    return kinds_of(ours, at=at)[0].next


def test_numbers_are_written_by_the_code_and_year_until_somebody_chooses(
    ours: Organization,
) -> None:
    assert upcoming(ours) == "BOB-2026-000001"
    assert [issue(ours), issue(ours), issue(ours, NEXT_YEAR)] == [
        "BOB-2026-000001",
        "BOB-2026-000002",
        "BOB-2027-000001",
    ]


def test_a_pattern_holds_from_the_next_document_on(ours: Organization, owner: User) -> None:
    issue(ours)
    arrange(ours, owner, pattern="RE {year}/{number:03}")

    assert upcoming(ours) == "RE 2026/002"
    assert issue(ours) == "RE 2026/002"


def test_who_numbered_elsewhere_goes_on_from_there(ours: Organization, owner: User) -> None:
    arrange(ours, owner, first=41)

    assert [issue(ours), issue(ours), issue(ours, NEXT_YEAR)] == [
        "R-2026-41",
        "R-2026-42",
        "R-2027-1",
    ]


def test_another_start_is_refused_once_a_number_was_given(ours: Organization, owner: User) -> None:
    issue(ours)

    with pytest.raises(NotAllowed, match="would leave a gap"):
        arrange(ours, owner, first=41)
    assert issue(ours) == "BOB-2026-000002"


def test_a_count_that_stops_restarting_goes_on_above_what_was_given(
    ours: Organization, owner: User
) -> None:
    issue(ours)
    issue(ours)
    arrange(ours, owner, pattern="R-{number}", restarts=False)

    assert [issue(ours), issue(ours, NEXT_YEAR)] == ["R-3", "R-4"]
    with pytest.raises(NotAllowed, match="From next year on"):
        arrange(ours, owner)
    arrange(ours, owner, at=NEXT_YEAR)
    assert issue(ours, NEXT_YEAR) == "R-2027-5"


def test_what_is_dated_before_a_change_takes_no_number_again(
    ours: Organization, owner: User
) -> None:
    arrange(ours, owner, pattern="R-{year}-{number}", restarts=False)
    issue(ours)
    arrange(ours, owner, at=NEXT_YEAR)

    assert issue(ours, NOON) == "R-2026-2"
    assert issue(ours, NEXT_YEAR) == "R-2027-2"


@pytest.mark.parametrize(
    "pattern", ["{code}-CN-{year}-{number:06}", "BOB-CN-{year}-{number}", "{code}-CN-2026-{number}"]
)
def test_two_kinds_are_not_numbered_alike(pattern: str, ours: Organization, owner: User) -> None:
    with pytest.raises(NotAllowed, match="credit notes are numbered alike"):
        arrange(ours, owner, pattern=pattern, restarts="{year}" in pattern)

    assert not NumberPattern.objects.exists()


def test_only_owners_of_who_works_choose(ours: Organization, owner: User) -> None:
    alice = given.person("alice")
    for by, whose in [
        (given.member(owner, "Fay", role="finance"), ours),
        (alice, ours),
        (alice, given.organization(alice)),
    ]:
        with pytest.raises(NotYours):
            arrange(whose, by)


def test_the_database_refuses_what_would_repeat() -> None:
    ours = given.organization(given.person("bob", kind="freelancer"))
    NumberPattern.objects.create(organization=ours, kind=KIND, pattern="{year}-{number}")
    for assignment, law in {
        "pattern = '{year}'": "a_pattern_holds_the_number",
        "pattern = '{number}'": "a_yearly_pattern_holds_the_year",
        "first = 0": "counting_begins_at_one_or_later",
    }.items():
        refusal = pytest.raises(IntegrityError, match=law)
        with refusal, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE people_numberpattern SET {assignment}")
