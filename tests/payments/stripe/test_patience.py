"""T48: whoever waits for a page hears within three seconds; a job gives the provider its time."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways import patience
from payments.gateways.base import OutcomeUnknown
from payments.gateways.stripe import connection
from payments.gateways.stripe.gateway import StripeGateway
from payments.models import GatewayCommand
from payments.services import breaker, charging, outbox
from tests import given_payments as given
from tests.given_payments import NOON
from tests.payments.stripe.instead import forget_connections
from tests.signing_in import session_of

SOON = 3.0  # seconds


@pytest.fixture
def line() -> Iterator[socket.socket]:
    """Where the provider would be: whoever calls is connected, and hears nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        yield server


@pytest.fixture(autouse=True)
def _there(line: socket.socket, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    address = f"http://127.0.0.1:{line.getsockname()[1]}"
    monkeypatch.setattr("stripe._stripe_client.DEFAULT_API_BASE", address)
    forget_connections()
    yield
    forget_connections()


def calls(line: socket.socket) -> int:
    """How often somebody called since this was asked last."""
    line.settimeout(0.05)
    count = 0
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(line.accept()[0])
            except TimeoutError:
                return count
            count += 1


def begun(alice: User, bob: User) -> GatewayCommand:
    terms = [given.terms(bob)]
    charge = charging.begin(payer=given.organization(alice), escrows=terms, by=alice, at=NOON)
    command = charging.checkout_command(charge)
    assert command, "A page was asked for."
    return command


def test_a_page_is_answered_within_three_seconds_and_a_job_asks_again(
    alice: User, bob: User, line: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = begun(alice, bob)
    began = time.monotonic()
    with clock.pinned(NOON):
        answer = session_of(alice).post(reverse("payment-page", args=[command.charge.ref]))  # type: ignore[union-attr] # it is a charge's
    assert time.monotonic() - began < SOON
    assert answer["Location"] == command.charge.get_absolute_url()  # type: ignore[union-attr] # likewise
    with clock.pinned(NOON):
        page = session_of(alice).get(answer["Location"]).text
    assert "has not answered yet" in page
    assert "hx-get" in page
    command.refresh_from_db()
    assert (command.state, command.attempts, calls(line)) == ("unknown", 1, 1)

    monkeypatch.setattr(connection, "TIMEOUT", (0.1, 0.1))
    forget_connections()
    key, later = command.key, NOON + timedelta(minutes=2)
    with clock.pinned(later):
        outbox.run_stuck(at=later)
    command.refresh_from_db()
    assert (command.key, command.attempts) == (key, 2)
    assert calls(line) == 1 + connection.RETRIES


def test_who_cannot_even_be_connected_is_told_as_soon(line: socket.socket) -> None:
    with socket.socket() as deaf, ExitStack() as stack:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(4):  # Nobody takes these, and there is room for no other.
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(deaf.getsockname())
        began = time.monotonic()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "stripe._stripe_client.DEFAULT_API_BASE",
                f"http://127.0.0.1:{deaf.getsockname()[1]}",
            )
            with patience.somebody_waits(), pytest.raises(OutcomeUnknown):
                StripeGateway().expire_checkout("cs_1", key="k:1")
        assert time.monotonic() - began < SOON


def test_all_calls_of_a_page_share_its_time(line: socket.socket) -> None:
    with patience.somebody_waits(), patience.somebody_waits():
        gateway, began = StripeGateway(), time.monotonic()
        for _ in range(3):
            with pytest.raises(OutcomeUnknown):
                gateway.expire_checkout("cs_1", key="k:1")
        assert time.monotonic() - began < SOON
    assert patience.left() is None


def test_what_is_too_slow_for_pages_still_serves_jobs(db: None) -> None:
    pages = breaker.line_of("stripe", is_awaited=True)
    for _ in range(breaker.SILENCES):
        with pytest.raises(OutcomeUnknown), breaker.listening(pages, at=NOON):
            raise OutcomeUnknown("no answer in time")

    assert breaker.is_open(pages, at=NOON)
    assert not breaker.is_open(breaker.line_of("stripe", is_awaited=False), at=NOON)
