from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core.cache import cache
from django.test import Client

from billing_site.kernel.admin import ReadOnlyAdmin
from billing_site.people.models import Membership, Organization, User
from billing_site.people.services import invitations, tax
from tests.people.conftest import NOON
from tests.people.signing_in import sign_in_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, mia: User) -> Client:
    cache.clear()
    sign_in_staff(client, mia)
    return client


def test_everything_on_it_is_read_only() -> None:
    assert {User, Organization, Membership} <= set(admin.site._registry)
    assert all(isinstance(each, ReadOnlyAdmin) for each in admin.site._registry.values())


@pytest.mark.parametrize("model", [Authenticator, EmailAddress])
def test_lists_that_packages_bring_are_left_out(model: type) -> None:
    assert model not in admin.site._registry


def test_lists_and_rows_can_be_read_and_not_changed(
    desk: Client, studio: Organization, alice: User, bobs: Membership
) -> None:
    tax.declare(studio.pk, kind="business", vat_id="", by=alice, at=NOON)
    offer = invitations.invite(studio.pk, email="zoe@example.org", role="viewer", by=alice, at=NOON)
    rows = {
        "user": alice.pk,
        "organization": studio.pk,
        "membership": bobs.pk,
        "invitation": offer.pk,
        "taxprofile": studio.pk,
    }

    for name, pk in rows.items():
        pages = f"/admin/people/{name}/"
        assert desk.get(pages).status_code == 200, name
        assert desk.get(f"{pages}?q=a").status_code == 200 or name == "taxprofile"
        assert desk.get(f"{pages}{pk}/change/").status_code == 200, name
        for closed in ("add/", f"{pk}/delete/"):
            assert desk.get(pages + closed).status_code == 403, (name, closed)
        assert desk.post(f"{pages}{pk}/change/", {"name": "X"}).status_code == 403, name
        assert desk.post(pages, {"action": "delete_selected", "_selected_action": [pk]}) is not None
    assert User.objects.count() == 3
    assert Membership.objects.live().count() == 2


def test_hashes_stay_unread(desk: Client, studio: Organization, alice: User) -> None:
    alice.set_password("correct horse battery")
    alice.save()
    offer = invitations.invite(studio.pk, email="zoe@example.org", role="viewer", by=alice, at=NOON)

    person = desk.get(f"/admin/people/user/{alice.pk}/change/").content.decode()
    invitation = desk.get(f"/admin/people/invitation/{offer.pk}/change/").content.decode()

    assert alice.password not in person
    assert alice.password.split("$")[-1] not in person
    assert offer.token_hash not in invitation


def test_passwords_are_changed_where_everybody_changes_theirs(desk: Client) -> None:
    response = desk.get("/admin/password_change/")

    assert response.url == "/accounts/password/change/"  # type: ignore[attr-defined]
