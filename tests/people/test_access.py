from __future__ import annotations

import pytest
from djmoney.money import Money

from billing_site.people import mailing
from billing_site.people.access import Deed, may
from billing_site.people.models import Membership, Organization, User
from tests.factories.people import MembershipFactory, OrganizationFactory, UserFactory
from tests.people.conftest import NOON

pytestmark = pytest.mark.django_db

CLIENT = {
    #             view  manage offer fund  approve work  withdraw
    "owner": "     yes   yes    yes   yes   yes     no    no",
    "finance": "   yes   no     no    yes   no      no    no",
    "approver": "  yes   no     yes   no    yes     no    no",
    "viewer": "    yes   no     no    no    no      no    no",
}
WORKING = {
    "owner": "     yes   yes    no    no    no      yes   yes",
    "finance": "   yes   no     no    no    no      no    yes",
    "approver": "  yes   no     no    no    no      yes   no",
    "viewer": "    yes   no     no    no    no      no    no",
}
TABLE = [
    (kind, role, deed, said == "yes")
    for kind, rows in (("client", CLIENT), ("freelancer", WORKING), ("agency", WORKING))
    for role, row in rows.items()
    for deed, said in zip(Deed, row.split(), strict=True)
]


@pytest.mark.parametrize(("kind", "role", "deed", "allowed"), TABLE)
def test_a_role_allows_what_the_table_says(kind: str, role: str, deed: Deed, allowed: bool) -> None:
    seat = MembershipFactory.create(role=role, organization__kind=kind)

    assert may(seat.user, deed, seat.organization) is allowed
    assert ((seat.user.email, seat.user.name) in mailing.contacts(seat.organization, deed)) is (
        allowed
    )


@pytest.mark.parametrize("deed", Deed)
def test_a_stranger_may_nothing(deed: Deed, studio: Organization, charlie: User) -> None:
    assert not may(charlie, deed, studio)


@pytest.mark.parametrize("deed", Deed)
def test_staff_act_for_nobody(deed: Deed, studio: Organization, alice: User) -> None:
    alice.is_staff = True
    alice.save()

    assert not may(alice, deed, studio)
    assert not Organization.objects.of(alice).exists()
    assert mailing.members(studio) == []


def test_a_membership_that_ended_allows_nothing(bobs: Membership, bob: User) -> None:
    assert may(bob, Deed.APPROVE, bobs.organization)

    Membership.objects.filter(pk=bobs.pk).update(ended_at=NOON)

    assert not may(bob, Deed.APPROVE, bobs.organization)
    assert not bobs.organization.has_member(bob)


def test_who_may_not_sign_in_may_nothing(studio: Organization, alice: User) -> None:
    alice.is_active = False
    alice.save()

    assert not may(alice, Deed.VIEW, studio)


@pytest.mark.parametrize(
    ("amount", "allowed"),
    [
        (Money("500.00", "EUR"), True),
        (Money("500.01", "EUR"), False),
        (Money("1.00", "USD"), False),  # A limit in euros says nothing about dollars.
        (None, True),  # The deed in general.
    ],
)
@pytest.mark.parametrize("deed", [Deed.FUND, Deed.APPROVE])
def test_a_limit_binds_paying_and_approving(
    deed: Deed, amount: Money | None, allowed: bool, studio: Organization
) -> None:
    role = "finance" if deed == Deed.FUND else "approver"
    limit = Money("500.00", "EUR")
    seat = MembershipFactory.create(organization=studio, role=role, spending_limit=limit)

    assert may(seat.user, deed, studio, amount) is allowed


def test_a_limit_does_not_bind_an_offer(studio: Organization) -> None:
    limit = Money("500.00", "EUR")
    seat = MembershipFactory.create(organization=studio, role="approver", spending_limit=limit)

    assert may(seat.user, Deed.OFFER, studio, Money("9000.00", "EUR"))


def test_letters_go_to_the_longest_standing_first(studio: Organization, alice: User) -> None:
    zoe = UserFactory.create(name="Zoe")
    MembershipFactory.create(organization=studio, user=zoe, role="finance", since=NOON)
    MembershipFactory.create(organization=OrganizationFactory.create(), role="owner")

    assert mailing.contacts(studio, Deed.FUND) == [
        ("alice@example.org", "Alice"),
        ("zoe@example.org", "Zoe"),
    ]
    assert mailing.members(studio, Deed.FUND) == [alice.pk, zoe.pk]
    assert mailing.members(studio, Deed.OFFER) == [alice.pk]
