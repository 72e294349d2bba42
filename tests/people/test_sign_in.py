from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client

from billing_site.people.models import User
from billing_site.platform.models import Letter

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
HOSTS = [
    "evil.example",
    "localhost.evil.example",
    "evil.example:8000",
    "localhost@evil.example",
    "localhost#evil.example",
    "localhost/evil.example",
    "localhost, evil.example",
    "127.0.0.1",
    "[::1]",
    "",
]


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


@pytest.fixture
def ada(alice: User) -> User:
    alice.set_password(PASSWORD)
    alice.save()
    return alice


@pytest.mark.parametrize("host", HOSTS)
def test_a_letter_never_leads_to_a_host_that_a_request_named(
    client: Client, ada: User, settings: object, host: str
) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]  # type: ignore[attr-defined]

    response = client.post("/accounts/password/reset/", {"email": ada.email}, HTTP_HOST=host)

    assert response.status_code == 400
    assert not Letter.objects.exists()


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_letters_lead_to_our_own_address(client: Client, ada: User, email: str) -> None:
    response = client.post("/accounts/password/reset/", {"email": email}, HTTP_HOST="testserver")

    assert response.status_code == 302
    letter = Letter.objects.get()
    assert "testserver" not in letter.text
    assert letter.text.count("http") == letter.text.count(settings.SITE_URL)


def test_a_reset_carries_a_code_and_no_link(client: Client, ada: User) -> None:
    client.post("/accounts/password/reset/", {"email": ada.email})

    assert "http" not in Letter.objects.get().text


def test_a_new_password_is_told_to_its_owner(client: Client, ada: User) -> None:
    client.force_login(ada, "allauth.account.auth_backends.AuthenticationBackend")

    client.post(
        "/accounts/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": "staple battery horse",
            "password2": "staple battery horse",
        },
    )

    letter = Letter.objects.get()
    assert letter.email == ada.email
    assert f"{settings.SITE_URL}/accounts/password/reset/" in letter.text


def test_nobody_is_signed_in_by_another_site(ada: User) -> None:
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})

    assert response.status_code == 403
    assert "_auth_user_id" not in strict.session


def test_they_are_signed_in_by_ours(client: Client, ada: User) -> None:
    before = client.session.session_key

    response = client.post("/accounts/login/", {"login": "ALICE@example.org", "password": PASSWORD})

    assert response.url == "/home/"  # type: ignore[attr-defined]
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert client.session.session_key != before


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "js:alert(1)"])
def test_signing_in_leads_nowhere_else(client: Client, ada: User, target: str) -> None:
    response = client.post(
        f"/accounts/login/?next={target}",
        {"login": ada.email, "password": PASSWORD, "next": target},
    )

    assert response.url == "/home/"  # type: ignore[attr-defined]


def test_five_failures_are_enough(client: Client, ada: User) -> None:
    for _ in range(5):
        client.post("/accounts/login/", {"login": ada.email, "password": "wrong"})

    response = client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})

    assert "_auth_user_id" not in client.session
    assert "Too many failed login attempts" in response.content.decode()


def test_a_forged_address_is_no_other_visitor(client: Client) -> None:
    """Ten failures a minute from one address, whatever X-Forwarded-For says."""
    refused = 0
    for n in range(14):
        response = client.post(
            "/accounts/login/",
            {"login": f"nobody{n}@example.org", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{n}"},
        )
        refused += "Too many failed login attempts" in response.content.decode()

    assert refused == 4


def test_passwords_are_kept_by_argon2_with_our_costs(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["billing_site.people.hashers.Argon2"]  # type: ignore[attr-defined]

    assert make_password(PASSWORD).startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_somebody_who_may_not_sign_in_does_not(client: Client, ada: User) -> None:
    ada.is_active = False
    ada.save()

    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})

    assert "_auth_user_id" not in client.session
