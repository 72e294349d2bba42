from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.usersessions.models import UserSession
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.test import Client
from djmoney.money import Money

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.access import Deed, may
from billing_site.people.models import Membership, Organization, User
from billing_site.people.services import memberships
from tests.factories.people import MembershipFactory, OrganizationFactory, UserFactory
from tests.people.conftest import NOON

pytestmark = pytest.mark.django_db

KEEPS_AN_OWNER = "keeps a live owner"


def check_laws_now() -> None:
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def seat_of(user: User) -> Membership:
    return Membership.objects.get(user=user)


def test_a_role_changes_from_the_next_thing_on(
    studio: Organization, alice: User, bobs: Membership
) -> None:
    memberships.change(bobs.pk, role="finance", spending_limit=None, by=alice, at=NOON)

    assert may(bobs.user, Deed.FUND, studio)
    assert not may(bobs.user, Deed.APPROVE, studio)


def test_a_limit_is_set_and_taken_off(studio: Organization, alice: User, bobs: Membership) -> None:
    limit = Money("250.00", "EUR")

    memberships.change(bobs.pk, role="approver", spending_limit=limit, by=alice, at=NOON)
    assert seat_of(bobs.user).spending_limit == limit

    memberships.change(bobs.pk, role="approver", spending_limit=None, by=alice, at=NOON)
    assert seat_of(bobs.user).spending_limit is None


def test_a_member_does_not_promote_themselves(studio: Organization, bobs: Membership) -> None:
    with pytest.raises(NotYours):
        memberships.change(bobs.pk, role="owner", spending_limit=None, by=bobs.user, at=NOON)

    assert seat_of(bobs.user).role == "approver"


def test_an_owner_of_another_organization_changes_nothing(
    studio: Organization, bobs: Membership, charlie: User
) -> None:
    with pytest.raises(NotYours):
        memberships.end(bobs.pk, by=charlie, at=NOON)

    assert seat_of(bobs.user).is_live


def test_a_membership_that_ended_is_over(alice: User, bobs: Membership) -> None:
    memberships.end(bobs.pk, by=alice, at=NOON)

    with pytest.raises(WrongState, match="left Studio on 3 November 2025"):
        memberships.change(bobs.pk, role="owner", spending_limit=None, by=alice, at=NOON)
    assert Membership.objects.filter(pk=bobs.pk, ended_at=NOON).exists()


def test_anybody_may_leave(studio: Organization, bobs: Membership) -> None:
    memberships.end(bobs.pk, by=bobs.user, at=NOON)

    assert not may(bobs.user, Deed.VIEW, studio)


def test_who_left_can_come_back(studio: Organization, alice: User, bobs: Membership) -> None:
    memberships.end(bobs.pk, by=alice, at=NOON)

    memberships.add(studio.pk, user=bobs.user, role="viewer", by=alice, at=NOON)

    assert Membership.objects.filter(user=bobs.user).count() == 2
    assert may(bobs.user, Deed.VIEW, studio)


def test_being_let_go_ends_every_session(
    client: Client, studio: Organization, alice: User, bobs: Membership
) -> None:
    client.force_login(bobs.user, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/organization/").status_code == 200
    assert UserSession.objects.filter(user=bobs.user).count() == 1

    memberships.end(bobs.pk, by=alice, at=NOON)

    response = client.get("/organization/")
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")  # type: ignore[attr-defined]
    assert not UserSession.objects.filter(user=bobs.user).exists()


class TestTheLastOwner:
    def test_does_not_leave(self, studio: Organization, alice: User) -> None:
        with pytest.raises(NotAllowed, match="only owner"):
            memberships.end(seat_of(alice).pk, by=alice, at=NOON)

        assert seat_of(alice).is_live

    def test_does_not_step_down(self, studio: Organization, alice: User) -> None:
        with pytest.raises(NotAllowed, match="only owner"):
            memberships.change(
                seat_of(alice).pk, role="viewer", spending_limit=None, by=alice, at=NOON
            )

        assert seat_of(alice).role == "owner"

    def test_does_not_count_whoever_may_not_sign_in(
        self, studio: Organization, alice: User
    ) -> None:
        gone = UserFactory.create(is_active=False)
        MembershipFactory.create(organization=studio, user=gone)

        with pytest.raises(NotAllowed, match="only owner"):
            memberships.end(seat_of(alice).pk, by=alice, at=NOON)

    def test_goes_once_there_is_another(
        self, studio: Organization, alice: User, bobs: Membership
    ) -> None:
        memberships.change(bobs.pk, role="owner", spending_limit=None, by=alice, at=NOON)
        memberships.end(seat_of(alice).pk, by=alice, at=NOON)
        check_laws_now()

        assert not may(alice, Deed.VIEW, studio)
        assert may(bobs.user, Deed.MANAGE, studio)

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE people_membership SET ended_at = now()",
            "UPDATE people_membership SET role = 'viewer'",
            "DELETE FROM people_membership",
        ],
    )
    def test_is_kept_by_the_database(self, sql: str, studio: Organization) -> None:
        with pytest.raises(DatabaseError, match=KEEPS_AN_OWNER), transaction.atomic():
            connection.cursor().execute(sql)
            check_laws_now()

        assert Membership.objects.get().is_owner

    def test_may_hand_over_within_one_transaction(
        self, studio: Organization, alice: User, bob: User
    ) -> None:
        with transaction.atomic():
            Membership.objects.update(role="viewer")
            MembershipFactory.create(organization=studio, user=bob)
            check_laws_now()

        assert seat_of(alice).role == "viewer"


@pytest.mark.parametrize(
    ("assignment", "law"),
    [
        ("spending_limit = 0", "spending_limit_is_positive"),
        ("spending_limit = -1", "spending_limit_is_positive"),
        ("role = 'king'", "member_has_a_known_role"),
        ("ended_at = since - interval '1 second'", "membership_ends_after_it_began"),
    ],
)
def test_the_database_refuses_what_cannot_be(assignment: str, law: str, bobs: Membership) -> None:
    with pytest.raises(DatabaseError, match=law), transaction.atomic():
        connection.cursor().execute(
            f"UPDATE people_membership SET {assignment} WHERE id = {bobs.pk}"
        )


def test_there_is_one_live_membership_each(bobs: Membership) -> None:
    with pytest.raises(IntegrityError, match="one_live_membership_each"), transaction.atomic():
        MembershipFactory.create(organization=bobs.organization, user=bobs.user)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_owners_who_leave_at_once_do_not_both_go() -> None:
    studio = OrganizationFactory.create()
    seats = [MembershipFactory.create(organization=studio) for _ in range(2)]
    start = Barrier(2)

    def leave(seat: Membership) -> str:
        start.wait()
        try:
            memberships.end(seat.pk, by=seat.user, at=NOON)
        except NotAllowed:
            return "stays"
        else:
            return "left"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(leave, seats))

    assert outcomes == ["left", "stays"]
    assert Membership.objects.live().filter(organization=studio).count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_database_stops_two_owners_who_leave_past_the_service() -> None:
    """The same without our lock: the trigger takes one of its own."""
    studio = OrganizationFactory.create()
    seats = [MembershipFactory.create(organization=studio) for _ in range(2)]
    updated = Barrier(2)

    def leave(seat: Membership) -> str:
        try:
            with transaction.atomic():
                Membership.objects.filter(pk=seat.pk).update(ended_at=NOON)
                updated.wait()
        except IntegrityError:
            return "stays"
        else:
            return "left"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(leave, seats))

    assert outcomes == ["left", "stays"]
