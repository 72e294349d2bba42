"""While Alice is away, Bob approves in her name; it ends by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from djmoney.money import Money

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.access import approving_seats
from billing_site.people.models import Delegation, Membership, Organization, User
from billing_site.people.services import delegations, memberships
from billing_site.platform.models import AuditEvent, Notice
from tests.factories.people import MembershipFactory
from tests.people.conftest import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@pytest.fixture
def alices(studio: Organization, alice: User) -> Membership:
    return Membership.objects.get(organization=studio, user=alice)


def lend(of: Membership, to: Membership, *, by: User | None = None, **facts: Any) -> Delegation:
    times: dict[str, datetime] = {"since": NOON, "until": NOON + WEEK, "at": NOON}
    return delegations.begin(of.pk, to_member_id=to.pk, by=by or of.user, **{**times, **facts})


def names_of(user: User, organization: Organization, *, at: datetime) -> list[str]:
    return [str(seat.user) for seat in approving_seats(organization, at=at).get(user, [])]


def test_a_name_is_lent_for_a_while_and_comes_back_by_itself(
    studio: Organization, alices: Membership, bobs: Membership
) -> None:
    lend(alices, bobs, since=NOON + DAY)

    assert names_of(bobs.user, studio, at=NOON) == ["Bob"]
    assert names_of(bobs.user, studio, at=NOON + DAY) == ["Bob", "Alice"]
    assert names_of(bobs.user, studio, at=NOON + WEEK) == ["Bob"]


def test_a_name_is_taken_back_early(
    studio: Organization, alices: Membership, bobs: Membership
) -> None:
    lent = lend(alices, bobs)
    delegations.end(lent.pk, by=alices.user, at=NOON + DAY)

    assert names_of(bobs.user, studio, at=NOON + DAY) == ["Bob"]
    with pytest.raises(WrongState, match="Bob stopped approving for Alice on 4 November 2025"):
        delegations.end(lent.pk, by=alices.user, at=NOON + 2 * DAY)
    lend(alices, bobs, since=NOON + DAY, at=NOON + DAY)  # the rest of the week is free again


def test_what_was_borrowed_is_not_lent_on(
    studio: Organization, alices: Membership, bobs: Membership
) -> None:
    carols = MembershipFactory.create(
        organization=studio, role="approver", spending_limit=Money(5, "EUR"), user__name="Carol"
    )
    lend(alices, bobs)
    lend(bobs, carols)

    assert names_of(carols.user, studio, at=NOON) == ["Carol", "Bob"]


@pytest.mark.parametrize("role", ["finance", "viewer"])
def test_who_approves_nothing_can_neither_lend_nor_borrow(
    role: str, studio: Organization, alices: Membership, bobs: Membership
) -> None:
    dans = MembershipFactory.create(organization=studio, role=role, user__name="Dan")

    with pytest.raises(NotAllowed, match="Dan does not approve work for Studio"):
        lend(bobs, dans)
    with pytest.raises(NotAllowed, match="Dan does not approve work for Studio"):
        lend(dans, bobs, by=alices.user)
    assert Delegation.objects.count() == 0


def test_a_role_that_changes_takes_what_was_lent_with_it(
    studio: Organization, alice: User, alices: Membership, bobs: Membership
) -> None:
    carols = MembershipFactory.create(organization=studio, role="approver", user__name="Carol")
    lend(carols, bobs)
    memberships.change(carols.pk, role="viewer", spending_limit=None, by=alice, at=NOON)
    assert names_of(bobs.user, studio, at=NOON) == ["Bob"]

    memberships.change(carols.pk, role="approver", spending_limit=None, by=alice, at=NOON)
    memberships.change(bobs.pk, role="finance", spending_limit=None, by=alice, at=NOON)
    assert names_of(bobs.user, studio, at=NOON) == []


def test_who_left_lends_nothing_any_more(
    studio: Organization, alice: User, bobs: Membership
) -> None:
    carols = MembershipFactory.create(organization=studio, role="approver")
    lend(carols, bobs)
    memberships.end(carols.pk, by=alice, at=NOON)

    assert names_of(bobs.user, studio, at=NOON) == ["Bob"]


def test_an_approver_speaks_for_themselves_and_an_owner_for_everybody(
    studio: Organization, alices: Membership, bobs: Membership, charlie: User
) -> None:
    carols = MembershipFactory.create(organization=studio, role="approver")
    for stranger in (carols.user, charlie):
        with pytest.raises(NotYours):
            lend(alices, bobs, by=stranger)

    lent = lend(carols, bobs, by=alices.user)
    assert set(Notice.objects.values_list("user_id", flat=True)) == {bobs.user_id, carols.user_id}
    assert AuditEvent.objects.filter(deed="delegate", user_id=alices.user_id).count() == 1
    with pytest.raises(NotYours):
        delegations.end(lent.pk, by=charlie, at=NOON)


def test_a_colleague_is_no_stranger(bobs: Membership, charlie: User) -> None:
    theirs = Membership.objects.get(user=charlie)

    with pytest.raises(NotAllowed):
        lend(bobs, theirs)
    with pytest.raises(NotAllowed, match="nobody stands in for themselves"):
        lend(bobs, bobs)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"until": NOON}, "after the first"),
        ({"since": NOON - WEEK, "until": NOON - DAY}, "not in the past"),
        ({"until": NOON + timedelta(days=367)}, "A year at most"),
    ],
)
def test_times_that_make_no_sense(
    facts: dict[str, Any], said: str, alices: Membership, bobs: Membership
) -> None:
    with pytest.raises(NotAllowed, match=said):
        lend(alices, bobs, **facts)


def test_one_person_stands_in_at_a_time(
    studio: Organization, alices: Membership, bobs: Membership
) -> None:
    carols = MembershipFactory.create(organization=studio, role="approver")
    lend(alices, bobs)

    with pytest.raises(NotAllowed, match="Bob approves for Alice already from 3 November 2025"):
        lend(alices, carols, since=NOON + 6 * DAY, until=NOON + 2 * WEEK)
    lend(alices, carols, since=NOON + WEEK, until=NOON + 2 * WEEK)

    with pytest.raises(IntegrityError, match="one_delegate_at_a_time"), transaction.atomic():
        Delegation.objects.create(
            organization=studio,
            from_member=alices,
            to_member=carols,
            since=NOON,
            until=NOON + DAY,
        )


def test_the_database_keeps_a_delegation_within_an_organization(
    studio: Organization, alices: Membership, charlie: User
) -> None:
    theirs = Membership.objects.get(user=charlie)
    with pytest.raises(IntegrityError, match="lent to a colleague"), transaction.atomic():
        Delegation.objects.create(
            organization=studio,
            from_member=alices,
            to_member=theirs,
            since=NOON,
            until=NOON + DAY,
        )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE people_delegation SET until = until + interval '1 day'",
        "UPDATE people_delegation SET to_member_id = from_member_id",
        "DELETE FROM people_delegation",
    ],
)
def test_a_delegation_is_not_rewritten(change: str, alices: Membership, bobs: Membership) -> None:
    lend(alices, bobs)
    with (
        pytest.raises(IntegrityError, match=r"is not rewritten"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
