"""T49: the database breaks a deadlock, or goes away for a moment, while somebody waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import notices
from invoices.models import Contract
from payments.models import Charge, GatewayCommand
from tests import given
from tests.conftest import as_the_owner
from tests.given import NOON
from tests.invoices.test_paying_with_saved import press
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db(transaction=True)
RAISE = "DO $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '{}'; END $$"
CHARGED = 'INSERT INTO "payments_charge"'


def deadlock(execute: Any, context: dict[str, Any]) -> None:
    execute(RAISE.format("40P01"), None, False, context)  # noqa: FBT003 -- as Django calls it


def held(execute: Any, context: dict[str, Any]) -> None:
    """Somebody has the lock for longer than we wait."""
    execute(RAISE.format("55P03"), None, False, context)  # noqa: FBT003 -- as Django calls it


def gone(execute: Any, context: dict[str, Any]) -> None:
    """The server restarts: whoever was connected is not any more."""
    with as_the_owner() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [_backend()])


def _backend() -> int:
    assert connection.connection
    pid: int = connection.connection.info.backend_pid
    return pid


@contextmanager
def breaking(how: Callable[..., None], *, at: str, times: int = 1) -> Iterator[None]:
    """Let statements with *at* in them meet with it, so many times."""
    left = [how] * times

    def wrapper(execute: Any, sql: Any, params: Any, many: Any, context: dict[str, Any]) -> Any:
        if left and at in str(sql):
            left.pop()(execute, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield
    assert not left, "It never came to that."


@pytest.fixture
def address() -> str:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    milestone = given.planned_milestone(client=alice, freelancer=bob)
    return f"/milestones/{milestone.ref}/funding/"


def _alice() -> User:
    return User.objects.get(name="Alice")


@pytest.mark.parametrize("how", [deadlock, held, gone])
def test_a_form_is_carried_out_once_all_the_same(address: str, how: Callable[..., None]) -> None:
    with breaking(how, at=CHARGED):
        answer = press(address, by=_alice())

    assert answer.status_code == 302
    assert Charge.objects.count() == 1


def test_what_fails_twice_is_said_and_leaves_nothing(address: str) -> None:
    with breaking(gone, at=CHARGED, times=2):
        answer = press(address, by=_alice())

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "no money moved halfway" in " ".join(answer.content.decode().split())
    assert not Charge.objects.exists()


def test_who_waits_too_long_for_a_lock_is_told_in_words(address: str) -> None:
    """Somebody else is at it for longer than both tries wait."""
    alice, contract = _alice(), Contract.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone()[0] == "3s"
        cursor.execute("SET lock_timeout = '100ms'")
    try:
        with as_the_owner() as theirs:
            theirs.execute("BEGIN")
            theirs.execute(f"SELECT FROM invoices_contract WHERE id = {contract.pk} FOR UPDATE")
            answer = press(address, by=alice)
    finally:
        connection.close()

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "no money moved halfway" in " ".join(answer.content.decode().split())
    assert not Charge.objects.exists()


def test_a_form_that_is_not_done_once_is_not_sent_again() -> None:
    user = given.person("alice")
    notices.tell(users=[user.pk], text="News.", url="/", key="n", at=NOON)
    browser = session_of(user)

    with breaking(gone, at='UPDATE "platform_notice"'):
        answer = browser.post("/notifications/reading/")

    assert answer.status_code == 503
    assert browser.post("/notifications/reading/").status_code in {200, 302}


def test_what_is_several_deeds_is_not_begun_anew() -> None:
    """The first was committed, whatever became of the second."""
    browser = session_of(given.person("alice"))

    with breaking(deadlock, at='UPDATE "payments_gatewaycommand"'):
        answer = browser.post(reverse("method-new"))

    assert answer.status_code == 503
    assert GatewayCommand.objects.count() == 1


@pytest.mark.parametrize(
    "at", ['COUNT(*) AS "__count" FROM "platform_notice"', 'FROM "django_session"']
)
def test_a_page_is_read_again_or_says_so(at: str) -> None:
    """Whether a view meets with it, or what stands before every view."""
    browser = session_of(given.person("alice"))
    browser.raise_request_exception = False

    with breaking(gone, at=at):
        first = browser.get("/notifications/").status_code

    assert first == (200 if "notice" in at else 503)
    assert browser.get("/notifications/").status_code == 200


def test_a_bug_stays_a_bug(client: Client, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.security.broken_urls"
    client.raise_request_exception = False

    assert client.get("/goes-wrong/500/").status_code == 500
