"""The page of somebody's sessions: what it shows, what it asks, and what it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing_site.people.models import User
from tests.factories.people import UserFactory
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
PAGE = "/accounts/sessions/"


def browser(user: User, agent: str) -> Client:
    client = session_of(user, Client(headers={"User-Agent": agent}))
    client.get("/profile/")  # from then on it is listed
    return client


def test_each_browser_is_shown_with_as_many_questions(charlie: User) -> None:
    here = browser(charlie, "Firefox here")
    browser(UserFactory.create(), "Another’s Opera")
    here.get(PAGE)
    counts = []
    for others in (["Chrome at work"], ["Safari at home", "Edge at school"]):
        for agent in others:
            browser(charlie, agent)
        with CaptureQueriesContext(connection) as asked:
            html = here.get(PAGE).content.decode()
        counts.append(len(asked))

    assert "4 browsers act as you" in html
    assert all(it in html for it in ("Firefox here", "Chrome at work", "Edge at school"))
    assert "Opera" not in html
    assert html.count("This one") == 1
    assert counts[0] == counts[1]


def test_what_lets_nobody_in_any_more_is_not_shown(charlie: User) -> None:
    here, over, gone = (browser(charlie, it) for it in ("here", "of yesterday", "signed out"))
    expired = Session.objects.filter(session_key=over.session.session_key)
    expired.update(expire_date=timezone.now() - timedelta(seconds=1))
    Session.objects.filter(session_key=gone.session.session_key).delete()

    html = here.get(PAGE).content.decode()

    assert "Only in this browser." in html
    assert "of yesterday" not in html
    assert UserSession.objects.filter(user=charlie).count() == 3  # noted, for a while


def test_another_password_leaves_only_who_gives_it(charlie: User) -> None:
    browser(charlie, "an old one")
    charlie.set_password("quite another one")
    charlie.save(update_fields=["password"])

    html = browser(charlie, "a new one").get(PAGE).content.decode()

    assert "a new one" in html
    assert "an old one" not in html


def test_the_others_are_signed_out_once(charlie: User) -> None:
    here, there = browser(charlie, "here"), browser(charlie, "there")
    stranger = browser(UserFactory.create(), "a stranger’s")

    assert here.post(PAGE).status_code == 302
    assert here.post(PAGE).status_code == 422  # nobody else is left

    assert here.get("/profile/").status_code == 200
    assert stranger.get("/profile/").headers.get("Location") != "/accounts/login/?next=/profile/"
    assert there.get("/profile/").headers["Location"].startswith("/accounts/login/")
    assert [it.user_agent for it in UserSession.objects.filter(user=charlie)] == ["here"]
