"""When one approver is not enough: the client's rule, and the pages about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from djmoney.money import Money

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import Delegation, Membership, Organization, User
from billing_site.people.services import organizations
from billing_site.platform import clock
from tests.factories.people import MembershipFactory
from tests.people.conftest import NOON
from tests.signing_in import as_

pytestmark = pytest.mark.django_db
LIMIT = Money("500.00", "EUR")


def test_nothing_asks_for_two_until_an_owner_says_so(studio: Organization) -> None:
    assert not studio.wants_two_for(Money("1000000.00", "EUR"))


def test_what_is_above_takes_two(studio: Organization, alice: User, bobs: Membership) -> None:
    ours = organizations.want_two_above(studio.pk, amount=LIMIT, by=alice, at=NOON)

    assert not ours.wants_two_for(LIMIT)
    assert ours.wants_two_for(Money("500.01", "EUR"))
    assert ours.wants_two_for(Money("1.00", "USD"))  # cannot be compared

    ours = organizations.want_two_above(studio.pk, amount=None, by=alice, at=NOON)
    assert not ours.wants_two_for(Money("500.01", "EUR"))


def test_a_rule_that_nobody_could_keep_is_refused(
    studio: Organization, alice: User, bob: User
) -> None:
    with pytest.raises(NotAllowed, match=r"Only Alice may approve more than €500\.00"):
        organizations.want_two_above(studio.pk, amount=LIMIT, by=alice, at=NOON)
    MembershipFactory.create(organization=studio, user=bob, role="approver", spending_limit=LIMIT)
    with pytest.raises(NotAllowed, match="Only Alice"):
        organizations.want_two_above(studio.pk, amount=LIMIT, by=alice, at=NOON)

    assert Organization.objects.get(pk=studio.pk).second_approval_above is None


def test_the_rule_is_the_owners(studio: Organization, bobs: Membership) -> None:
    with pytest.raises(NotYours):
        organizations.want_two_above(studio.pk, amount=LIMIT, by=bobs.user, at=NOON)


def test_two_above_nothing_is_no_rule(studio: Organization) -> None:
    with (
        pytest.raises(IntegrityError, match="second_approval_is_above_something"),
        transaction.atomic(),
    ):
        Organization.objects.filter(pk=studio.pk).update(second_approval_above=0)


def test_the_page_sets_the_rule_and_the_organization_says_it(
    client: Client, studio: Organization, alice: User, bobs: Membership
) -> None:
    as_(client, alice)
    assert b"One approver is enough" in client.get("/organization/").content

    wrong = client.post("/organization/approvals/", {"amount": "-5"})
    assert wrong.status_code == 422
    assert wrong.context["form"].errors.keys() == {"amount"}
    assert client.post("/organization/approvals/", {"amount": "500"}).status_code == 302
    assert "€500.00" in client.get("/organization/").content.decode()

    client.post("/organization/approvals/", {"amount": ""})
    assert Organization.objects.get(pk=studio.pk).second_approval_above is None


def test_a_freelancer_has_no_such_page(client: Client) -> None:
    seat = MembershipFactory.create(organization__kind="freelancer")
    as_(client, seat.user)

    assert client.get("/organization/approvals/").status_code == 404
    assert client.get("/organization/delegations/new/").status_code == 404


def test_an_approver_goes_away_by_the_page_and_comes_back(
    client: Client, studio: Organization, alice: User, bobs: Membership
) -> None:
    as_(client, bobs.user)
    alices = Membership.objects.get(user=alice)
    today = clock.now().date()
    sent = {"stands_in": alices.ref, "first_day": f"{today}"}

    wrong = client.post(
        "/organization/delegations/new/", {**sent, "last_day": f"{today - timedelta(days=1)}"}
    )
    assert wrong.status_code == 422
    assert wrong.context["form"].errors.keys() == {"last_day"}
    sent["away"] = alices.ref  # An approver speaks for nobody else, whatever is sent.
    client.post(
        "/organization/delegations/new/",
        {**sent, "stands_in": alices.ref} | {"last_day": f"{today + timedelta(days=6)}"},
    )

    lent = Delegation.objects.get()
    assert (lent.from_member, lent.to_member) == (bobs, alices)
    page = client.get("/organization/").content.decode()
    assert "<b>Alice</b> approves for\n                Bob" in page
    client.post(f"/organization/delegations/{lent.ref}/end/")
    assert not Delegation.objects.not_over(at=clock.now()).exists()
    assert "approves for" not in client.get("/organization/").content.decode()
