from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import Organization, User
from billing_site.people.models.membership import Role
from billing_site.people.services import invitations
from billing_site.platform import clock
from tests.factories.people import MembershipFactory, UserFactory
from tests.signing_in import as_

pytestmark = pytest.mark.django_db


QUERIES = 9  # session, person, seats, what is around the page, and the page
ADDRESS = {"name": "Studio", "city": "Bonn", "country": "DE", "document_language": "en"}


@pytest.mark.parametrize("members", [1, 3])
def test_the_page_asks_as_much_for_three_members_as_for_one(
    client: Client,
    studio: Organization,
    alice: User,
    members: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(members):
        MembershipFactory.create(organization=studio, role=Role.FINANCE)
        invitations.invite(
            studio.pk, email=f"{n}@example.org", role="viewer", by=alice, at=clock.now()
        )
    as_(client, alice)
    client.get("/organization/")

    with django_assert_num_queries(QUERIES):
        page = client.get("/organization/")

    assert len(page.context["page"].members) == members + 1
    assert len(page.context["page"].invitations) == members


def test_an_invitation_that_is_over_is_not_listed(
    client: Client, studio: Organization, alice: User
) -> None:
    a_month_ago = clock.now() - timedelta(days=30)
    invitations.invite(studio.pk, email="z@example.org", role="viewer", by=alice, at=a_month_ago)

    assert as_(client, alice).get("/organization/").context["page"].invitations == []


def test_names_are_shown_as_text(client: Client, studio: Organization, alice: User) -> None:
    evil = "<script>alert(1)</script>"
    MembershipFactory.create(
        organization=studio, user=UserFactory.create(name=evil, email="e@x.org")
    )
    as_(client, alice).post("/organization/address/", {**ADDRESS, "legal_name": evil})

    page = client.get("/organization/").content.decode()

    assert evil not in page
    assert page.count("&lt;script&gt;alert(1)") >= 2


def test_an_owner_chooses_the_language_of_what_comes(
    client: Client, studio: Organization, alice: User
) -> None:
    as_(client, alice).post("/organization/address/", {**ADDRESS, "document_language": "de"})

    assert Organization.objects.get(pk=studio.pk).document_language == "de"
    assert "Your documents are in Deutsch." in client.get("/organization/").content.decode()


@pytest.mark.parametrize("language", ["", "fr", "DE", "de-AT", "../../en", "en\x00"])
def test_a_language_that_we_do_not_write_is_refused_beside_its_field(
    language: str, client: Client, studio: Organization, alice: User
) -> None:
    answer = as_(client, alice).post(
        "/organization/address/", {**ADDRESS, "document_language": language}
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"document_language"}
    assert Organization.objects.get(pk=studio.pk).document_language == "en"
    assert Organization.objects.get(pk=studio.pk).city == studio.city
