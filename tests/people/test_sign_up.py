from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client

from billing_site.people.models import Organization, User
from billing_site.platform.models import Letter
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
WORDS = {
    "purpose": "hire",
    "name": "Ada Example",
    "email": "Ada@Example.org",
    "password1": PASSWORD,
}
STUDIO = {
    "kind": "client",
    "name": "Ada's studio",
    "country": "DE",
    "currency": "EUR",
    "taxed_as": "business",
    "vat_id": "DE136695976",
    "op_id": "3c2f5a52-7a7f-4e5e-8d8a-111111111111",
}


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


def code_in_the_letter() -> str:
    found = re.search(
        r"^[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}$", Letter.objects.latest("pk").text, re.MULTILINE
    )
    assert found
    return found[0]


def prove_the_address(client: Client) -> str:
    """Enter the code from the letter; return where that leads."""
    response = client.post("/accounts/confirm-email/", {"code": code_in_the_letter()})
    assert response.status_code == 302, response.content.decode()
    return str(response.url)  # type: ignore[attr-defined]


def test_from_nothing_to_the_first_step(client: Client) -> None:
    response = client.post("/accounts/signup/", WORDS)
    assert response.url == "/accounts/confirm-email/"  # type: ignore[attr-defined]

    assert prove_the_address(client) == "/home/"
    assert client.get("/home/").url == "/onboarding/"  # type: ignore[attr-defined]

    page = client.get("/onboarding/")
    assert page.context["form"]["kind"].value() == "client"
    response = client.post("/onboarding/", STUDIO)
    assert response.url == "/home/"  # type: ignore[attr-defined]

    ada = User.objects.get()
    assert (ada.email, ada.name, ada.purpose) == ("ada@example.org", "Ada Example", "hire")
    studio = Organization.objects.of(ada).get()
    assert (studio.name, studio.vat_id) == ("Ada's studio", "DE136695976")


def test_sending_the_first_form_twice_founds_one(client: Client) -> None:
    client.post("/accounts/signup/", WORDS)
    prove_the_address(client)

    for _ in range(2):
        assert client.post("/onboarding/", STUDIO).status_code == 302

    assert Organization.objects.count() == 1


def test_nothing_is_shown_before_the_address_is_proven(client: Client) -> None:
    client.post("/accounts/signup/", WORDS)

    for page in ("/home/", "/onboarding/", "/organization/", "/profile/"):
        assert client.get(page).url.startswith("/accounts/login/")  # type: ignore[attr-defined]


def test_three_wrong_codes_end_the_sign_up(client: Client) -> None:
    client.post("/accounts/signup/", WORDS)
    right = code_in_the_letter()

    for _ in range(3):
        client.post("/accounts/confirm-email/", {"code": "AAAA-AAAA"})
    client.post("/accounts/confirm-email/", {"code": right})

    assert client.get("/profile/").url.startswith("/accounts/login/")  # type: ignore[attr-defined]


@pytest.mark.parametrize("missing", ["purpose", "name", "email", "password1"])
def test_each_question_is_asked(client: Client, missing: str) -> None:
    words = {key: value for key, value in WORDS.items() if key != missing}

    response = client.post("/accounts/signup/", words)

    assert response.context["form"].errors.keys() == {missing}
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["short", "12345678901", "ada example1"])
def test_a_weak_password_is_refused(client: Client, password: str) -> None:
    response = client.post("/accounts/signup/", {**WORDS, "password1": password})

    assert response.context["form"].errors.keys() == {"password1"}
    assert not User.objects.exists()


def test_signing_up_makes_nobody_staff(client: Client) -> None:
    client.post(
        "/accounts/signup/",
        {**WORDS, "is_staff": "on", "is_superuser": "on", "is_active": "", "time_zone": "Mars/X"},
    )

    ada = User.objects.get()
    assert (ada.is_staff, ada.is_superuser, ada.is_active, ada.time_zone) == (
        False,
        False,
        True,
        "UTC",
    )


def test_a_taken_address_gets_the_same_answer_and_another_letter(client: Client) -> None:
    known = client.post("/accounts/signup/", WORDS)
    UserFactory.create(name="Bob")

    taken = Client().post("/accounts/signup/", {**WORDS, "email": "bob@example.org"})

    assert (taken.status_code, taken.url) == (known.status_code, known.url)  # type: ignore[attr-defined]
    assert User.objects.count() == 2
    assert Letter.objects.filter(email="bob@example.org").count() == 1


def test_what_the_first_form_refuses_it_says_beside_the_field(client: Client, alice: User) -> None:
    client.force_login(alice, "allauth.account.auth_backends.AuthenticationBackend")

    response = client.post("/onboarding/", {**STUDIO, "country": "XX", "name": "\x00"})

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"country", "name"}
    assert not Organization.objects.exists()


def test_a_vat_id_of_the_wrong_form_founds_nothing(client: Client, alice: User) -> None:
    client.force_login(alice, "allauth.account.auth_backends.AuthenticationBackend")

    response = client.post("/onboarding/", {**STUDIO, "vat_id": "DE1"})

    assert response.status_code == 422
    assert "cannot be a VAT ID of DE" in response.content.decode()
    assert not Organization.objects.exists()
