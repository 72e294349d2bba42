"""The pages of signing in: our words, our design, one heading each, no inline code."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from tests.factories.people import MembershipFactory
from tests.signing_in import PASSWORD, able_to_sign_in, session_of, with_second_factor

pytestmark = pytest.mark.django_db

FOR_ANYBODY = ["account_login", "account_signup", "account_reset_password"]
FOR_ONESELF = [
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "usersessions_list",
]
WITH_A_SECOND_FACTOR = [
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
]


@pytest.fixture
def alice() -> User:
    return able_to_sign_in(MembershipFactory.create(user__name="Alice").user)


def proven(user: User) -> Client:
    """A session of somebody who gave the password once more a moment ago."""
    client = session_of(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def looks_like_ours(html: str) -> None:
    assert html.count("<h1>") == 1
    assert not re.search(r"<h1>\s*</h1>", html)
    assert "css/site.css" in html
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*(\ssrc=|json))", html)
    assert "{%" not in html


@pytest.mark.parametrize("name", FOR_ANYBODY)
def test_anybody_may_open_it(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 200
    looks_like_ours(response.content.decode())


@pytest.mark.parametrize("name", FOR_ONESELF)
def test_a_person_sees_their_own_account(alice: User, name: str) -> None:
    response = proven(alice).get(reverse(name))
    assert response.status_code == 200
    looks_like_ours(response.content.decode())


@pytest.mark.parametrize("name", WITH_A_SECOND_FACTOR)
def test_whoever_holds_a_second_factor_sees_it(alice: User, name: str) -> None:
    with_second_factor(alice)
    response = proven(alice).get(reverse(name))
    assert response.status_code == 200
    looks_like_ours(response.content.decode())


def test_a_wrong_password_says_what_did_not_happen(alice: User) -> None:
    client = Client()
    form = {"login": alice.email, "password": "wrong"}
    html = client.post(reverse("account_login"), form).content.decode()
    assert "You are not signed in." in html
    assert "_auth_user_id" not in client.session
    looks_like_ours(html)


def test_a_second_factor_is_asked_for_in_our_words(alice: User) -> None:
    with_second_factor(alice)
    client = Client()
    form = {"login": alice.email, "password": PASSWORD}
    html = client.post(reverse("account_login"), form, follow=True).content.decode()
    assert "One more proof" in html
    looks_like_ours(html)


def test_signing_up_asks_for_the_code_that_was_sent(client: Client) -> None:
    form = {"purpose": "hire", "name": "Nora", "email": "nora@example.org", "password1": PASSWORD}
    html = client.post(reverse("account_signup"), form, follow=True).content.decode()
    assert "nora@example.org" in html
    looks_like_ours(html)
    assert User.objects.filter(email="nora@example.org").exists()


def test_a_forgotten_password_reads_the_same_with_and_without_an_account(alice: User) -> None:
    said = []
    for email in (alice.email, "nobody@example.org"):
        page = Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        html = page.content.decode()
        looks_like_ours(html)
        assert "If an account has the address" in html
        said.append(re.sub(rf'{email}|csrf.*?>|"x-csrftoken": "\w+"', "", html))
    assert said[0] == said[1]
