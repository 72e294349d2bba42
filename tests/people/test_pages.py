from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from djmoney.money import Money

from billing_site.people.models import Invitation, Membership, Organization, User
from billing_site.people.models.membership import Role
from billing_site.people.services import invitations
from billing_site.platform import clock
from tests.factories.people import MembershipFactory, OrganizationFactory
from tests.people.conftest import NOON
from tests.signing_in import as_

pytestmark = pytest.mark.django_db


ADDRESS = {"name": "Studio", "city": "Bonn", "country": "DE", "document_language": "en"}


@pytest.fixture
def forms(bobs: Membership, alice: User) -> dict[str, dict[str, Any]]:
    """Every form of an organization, by its address, filled in rightly."""
    offer = invitations.invite(
        bobs.organization.pk, email="zoe@example.org", role="viewer", by=alice, at=clock.now()
    )
    return {
        "/organization/address/": ADDRESS,
        "/organization/tax/": {"kind": "private"},
        "/organization/numbering/": {"series_code": "NEW"},
        "/organization/invitations/new/": {
            "email": "yan@example.org",
            "role": "owner",
            "op_id": "3c2f5a52-7a7f-4e5e-8d8a-222222222222",
        },
        f"/organization/invitations/{offer.ref}/withdrawal/": {},
        f"/organization/members/{bobs.ref}/role/": {"role": "owner"},
        f"/organization/members/{bobs.ref}/end/": {},
    }


def everything() -> list[object]:
    """What the forms could have changed."""
    return [
        list(Organization.objects.order_by("pk").values()),
        list(Membership.objects.order_by("pk").values()),
        list(Invitation.objects.order_by("pk").values()),
    ]


def test_an_owner_may_send_every_form(
    client: Client, alice: User, forms: dict[str, dict[str, Any]]
) -> None:
    as_(client, alice)

    for path, words in forms.items():
        before = everything()
        response = client.post(path, words)
        assert response.status_code == 302, (path, response.content.decode())
        assert path == "/organization/tax/" or everything() != before, path


@pytest.mark.parametrize("role", [Role.FINANCE, Role.APPROVER, Role.VIEWER])
def test_nobody_else_in_it_may(
    client: Client, studio: Organization, forms: dict[str, dict[str, Any]], role: str
) -> None:
    as_(client, MembershipFactory.create(organization=studio, role=role).user)
    before = everything()

    statuses = {path: client.post(path, words).status_code for path, words in forms.items()}

    assert set(statuses.values()) <= {422, 302}
    assert everything() == before
    assert client.get("/organization/").status_code == 200


def test_another_organization_does_not_find_it(
    client: Client, charlie: User, forms: dict[str, dict[str, Any]]
) -> None:
    as_(client, charlie)
    before = everything()[1:]
    foreign = [path for path in forms if path.count("/") > 4]

    for path in foreign:
        assert client.post(path, forms[path]).status_code == 404, path
        assert client.get(path).status_code in {404, 405}, path

    assert len(foreign) == 3
    assert everything()[1:] == before


def test_a_visitor_is_asked_to_sign_in(client: Client, forms: dict[str, dict[str, Any]]) -> None:
    before = everything()

    for path in [*forms, "/organization/", "/profile/", "/onboarding/"]:
        assert client.get(path).url.startswith("/accounts/login/"), path  # type: ignore[attr-defined]
        assert client.post(path).url.startswith("/accounts/login/"), path  # type: ignore[attr-defined]

    assert everything() == before


def test_another_site_sends_no_form(
    alice: User, forms: dict[str, dict[str, Any]], studio: Organization
) -> None:
    strict = as_(Client(enforce_csrf_checks=True), alice)
    before = everything()
    others: dict[str, dict[str, Any]] = {
        "/acting-for/": {"organization": studio.ref},
        "/profile/": {"name": "X", "time_zone": "UTC", "language": "en"},
        "/theme/": {"theme": "dark"},
        "/accounts/logout/": {},
    }

    statuses = {
        path: strict.post(path, words).status_code for path, words in (forms | others).items()
    }

    assert set(statuses.values()) == {403}, statuses
    assert everything() == before
    assert strict.session["_auth_user_id"] == str(alice.pk)


def test_every_form_can_be_opened(
    client: Client, alice: User, forms: dict[str, dict[str, Any]]
) -> None:
    as_(client, alice)
    before = everything()

    for path in [*forms, "/profile/", "/onboarding/"]:
        if not path.endswith("withdrawal/"):
            assert client.get(path).status_code == 200, path

    assert everything() == before


def test_a_form_takes_nothing_but_its_fields(
    client: Client, studio: Organization, alice: User, forms: dict[str, dict[str, Any]]
) -> None:
    as_(client, alice)
    other = OrganizationFactory.create()
    smuggled = {
        "id": other.pk,
        "organization": other.pk,
        "organization_id": other.pk,
        "kind": "freelancer",
        "ref": "X",
        "vat_id": "DE136695976",
        "currency": "USD",
        "series_code": "HAH",
        "created_at": "2001-01-01",
        "user": other.pk,
        "is_staff": "on",
        "email": "other@example.org",
        "ended_at": "2001-01-01",
        "since": "2001-01-01",
    }
    kept = ("ref", "kind", "vat_id", "currency", "series_code", "created_at")
    before = Organization.objects.filter(pk=studio.pk).values(*kept).get()

    client.post("/organization/address/", {**smuggled, **ADDRESS})
    client.post("/profile/", {**smuggled, "name": "A", "time_zone": "UTC", "language": "en"})

    assert Organization.objects.filter(pk=studio.pk).values(*kept).get() == before
    assert Organization.objects.get(pk=studio.pk).city == "Bonn"
    alice.refresh_from_db()
    assert (alice.is_staff, alice.email, alice.name) == (False, "alice@example.org", "A")
    role_form = next(path for path in forms if path.endswith("/role/"))
    client.post(role_form, {**smuggled, "role": "viewer"})
    bobs = Membership.objects.get(role="viewer")
    assert (bobs.organization, bobs.ended_at, bobs.user.name) == (studio, None, "Bob")


def test_who_was_removed_between_looking_and_sending_changes_nothing(
    client: Client, studio: Organization, alice: User, bob: User
) -> None:
    seat = MembershipFactory.create(organization=studio, user=bob, role=Role.OWNER)
    as_(client, bob)
    assert client.get("/organization/address/").status_code == 200

    Membership.objects.filter(pk=seat.pk).update(ended_at=NOON)

    assert client.post("/organization/address/", ADDRESS).url == "/onboarding/"  # type: ignore[attr-defined]
    assert Organization.objects.get(pk=studio.pk).city == "Berlin"


def test_who_was_demoted_between_looking_and_sending_is_refused(
    client: Client, studio: Organization, alice: User, bob: User
) -> None:
    seat = MembershipFactory.create(organization=studio, user=bob, role=Role.OWNER)
    as_(client, bob)
    client.get("/organization/address/")

    Membership.objects.filter(pk=seat.pk).update(role=Role.VIEWER)

    assert client.post("/organization/address/", ADDRESS).status_code == 422
    assert Organization.objects.get(pk=studio.pk).city == "Berlin"


@pytest.mark.parametrize("limit", ["-5", "0", "1e3", "NaN", "1,000", "0.001", "\u0661", "10" * 9])
def test_a_limit_is_a_sum_or_refused(
    client: Client, alice: User, bobs: Membership, limit: str
) -> None:
    response = as_(client, alice).post(
        f"/organization/members/{bobs.ref}/role/", {"role": "approver", "spending_limit": limit}
    )

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"spending_limit"}
    bobs.refresh_from_db()
    assert bobs.spending_limit is None


def test_a_limit_is_kept(client: Client, alice: User, bobs: Membership) -> None:
    path = f"/organization/members/{bobs.ref}/role/"

    as_(client, alice).post(path, {"role": "approver", "spending_limit": "1250,50"})

    bobs.refresh_from_db()
    assert bobs.spending_limit == Money("1250.50", "EUR")
    assert client.get(path).context["form"]["spending_limit"].value() == "1250.50"
