from __future__ import annotations

import pytest
from django.test import Client

from billing_site.people.models import Membership, Organization, User
from billing_site.people.models.membership import Role
from tests.factories.people import MembershipFactory, OrganizationFactory
from tests.people.conftest import NOON
from tests.signing_in import as_

pytestmark = pytest.mark.django_db


class TestActingFor:
    @pytest.fixture
    def second(self, alice: User, studio: Organization) -> Organization:
        second = OrganizationFactory.create(name="Workshop", kind="freelancer")
        MembershipFactory.create(organization=second, user=alice, role=Role.VIEWER)
        return second

    def test_it_is_the_first_by_name_until_one_chooses(
        self, client: Client, alice: User, second: Organization
    ) -> None:
        page = as_(client, alice).get("/organization/")

        assert page.context["request"].organization.name == "Studio"
        assert [each.name for each in page.context["organizations"]] == ["Studio", "Workshop"]

    def test_it_changes_and_is_remembered(
        self, client: Client, alice: User, second: Organization
    ) -> None:
        as_(client, alice)

        assert client.post("/acting-for/", {"organization": second.ref}).url == "/home/"  # type: ignore[attr-defined]

        request = client.get("/organization/").context["request"]
        assert (request.organization, request.membership.role) == (second, Role.VIEWER)

    def test_nobody_acts_for_a_strangers(
        self, client: Client, studio: Organization, charlie: User
    ) -> None:
        as_(client, charlie)

        assert client.post("/acting-for/", {"organization": studio.ref}).status_code == 404
        assert client.get("/organization/").context["request"].organization.name == "Charlie & Co"

    def test_a_forged_choice_is_ignored(
        self, client: Client, studio: Organization, charlie: User
    ) -> None:
        as_(client, charlie)
        session = client.session
        session["acting_for"] = studio.pk
        session.save()

        assert client.get("/organization/").context["request"].organization.name == "Charlie & Co"

    def test_it_falls_back_when_that_seat_ended(
        self, client: Client, alice: User, second: Organization
    ) -> None:
        as_(client, alice).post("/acting-for/", {"organization": second.ref})

        Membership.objects.filter(organization=second).update(ended_at=NOON)

        assert client.get("/organization/").context["request"].organization.name == "Studio"
        assert client.post("/acting-for/", {"organization": second.ref}).status_code == 404

    def test_it_does_not_change_by_looking(
        self, client: Client, alice: User, second: Organization
    ) -> None:
        as_(client, alice)

        assert client.get("/acting-for/", {"organization": second.ref}).status_code == 405


def test_who_acts_for_nobody_is_asked_whom(client: Client, alice: User) -> None:
    assert as_(client, alice).get("/organization/").url == "/onboarding/"  # type: ignore[attr-defined]
    assert client.get("/profile/").status_code == 200
