from __future__ import annotations

import re

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib import admin
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver

from billing_site.people.models import User
from tests.people.signing_in import enroll, sign_in, sign_in_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


def admin_paths() -> list[str]:
    """Return an address for each URL that the desk knows."""
    found: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for each in patterns:
            route = prefix + str(each.pattern)
            if isinstance(each, URLResolver):
                walk(each.url_patterns, route)
            else:
                found.append(re.sub(r"<[^>]+>", "1", route).replace("^", "").replace("$", ""))

    walk(admin.site.get_urls(), "/admin/")
    return [re.sub(r"\(\?P1[^)]*\)|\([^)]*\)", "people", path) for path in found]


class TestTheDesk:
    def test_has_addresses_to_try(self) -> None:
        assert len(admin_paths()) > 20

    def test_shows_a_password_alone_nothing(self, client: Client, mia: User) -> None:
        sign_in(client, mia, "password")

        for path in admin_paths():
            for response in (client.get(path), client.post(path)):
                assert response.status_code == 302, path
                assert response.url == "/accounts/2fa/totp/activate/", path  # type: ignore[attr-defined]

    def test_asks_a_session_that_is_older_than_the_factor(self, client: Client, mia: User) -> None:
        sign_in(client, mia, "password")
        enroll(mia)

        for path in admin_paths():
            response = client.get(path)
            assert response.status_code == 302, path
            assert response.url.startswith("/accounts/2fa/reauthenticate/"), path  # type: ignore[attr-defined]

    def test_recovery_codes_alone_are_no_second_factor(self, client: Client, mia: User) -> None:
        RecoveryCodes.activate(mia)
        sign_in(client, mia, "password")

        assert client.get("/admin/").url == "/accounts/2fa/totp/activate/"  # type: ignore[attr-defined]

    def test_opens_with_a_second_factor(self, client: Client, mia: User) -> None:
        sign_in_staff(client, mia)

        assert client.get("/admin/").status_code == 200

    def test_is_closed_to_everybody_else(self, client: Client, charlie: User) -> None:
        enroll(charlie)
        sign_in(client, charlie, "password", "mfa")

        statuses = {client.get(path).status_code for path in admin_paths()}

        assert 200 not in statuses

    def test_sends_a_visitor_to_the_common_sign_in(self, client: Client) -> None:
        response = client.get("/admin/login/")

        assert response.status_code == 302
        assert response.url.startswith("/accounts/login/")  # type: ignore[attr-defined]

    def test_takes_no_password_at_its_own_door(self, client: Client, mia: User) -> None:
        mia.set_password("correct horse battery")
        mia.save()

        client.post("/admin/login/", {"username": mia.email, "password": "correct horse battery"})

        assert "_auth_user_id" not in client.session

    def test_staff_see_no_page_of_an_organization(self, client: Client, mia: User) -> None:
        sign_in_staff(client, mia)

        assert client.get("/organization/").url == "/admin/"  # type: ignore[attr-defined]

    def test_staff_keep_their_last_factor(self, mia: User, alice: User) -> None:
        hers, somebodys = enroll(mia), enroll(alice)

        assert not get_adapter().can_delete_authenticator(hers)
        assert get_adapter().can_delete_authenticator(somebodys)
