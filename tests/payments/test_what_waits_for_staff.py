"""What goes on by nobody's but a person's word is at the desk, and asks who it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from billing_site.desk_queue import open_work
from billing_site.kernel.transitions import NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent, Notice
from payments.models import (
    GatewayCommand,
    GatewayEvent,
    Payee,
    Payout,
    PayoutMethod,
    StrayPayment,
)
from payments.queries.money_health import money_health
from payments.services import inbox, waiting
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.proven_desk import ProvenDesk, chosen
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
WHY = "It is about a payment of another shop of ours."


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.pinned(NOON):
        yield


@pytest.fixture
def finn() -> User:
    return UserFactory.create(name="Finn", is_staff=True, roles=["finance"])


@pytest.fixture
def payout(alice: User, bob: User) -> Payout:
    given.available_earnings(client=alice, freelancer=bob)
    return given.requested_payout(bob, given.payout_method(bob), EUR("100.00"))


def event(event_id: str = "evt_1", *, parked_at: datetime | None = NOON) -> GatewayEvent:
    return GatewayEvent.objects.create(
        gateway="sandbox",
        scope="platform",
        event_id=event_id,
        type="charge.updated",
        object_kind="payment",
        object_id="pi_nobodys",
        livemode=False,
        payload=b"",
        received_at=NOON,
        next_try_at=NOON,
        attempts=8,
        parked_at=parked_at,
    )


def line(user: User, words: str) -> Any:
    return next(each for each in open_work(user, at=NOON + 2 * DAY) if each.words == words)


def test_a_short_payee_is_told_of_and_stands_in_the_queue(
    payout: Payout, alice: User, bob: User, finn: User
) -> None:
    for _ in range(2):
        waiting.short(payout.pk, at=NOON)

    told = Notice.objects.get(user_id=finn.pk)
    assert "The provider's account of Bob & Co lacks" in told.text
    shown = line(finn, "Payees whose account is short")
    assert (shown.count, shown.late, told.url) == (1, 1, shown.url)
    desk = ProvenDesk(finn)
    assert "Bob &amp; Co" in desk.get(shown.url).content.decode()

    again = chosen("resume", Payee.objects.get(), reason=WHY)
    assert "/2fa/" in desk.post(shown.url, again).headers["Location"]
    assert Payee.objects.get().short_at, "Nothing is done without the code."
    desk.proven_post(reverse("admin:payments_payee_changelist"), again)
    assert Payee.objects.get().short_at is None
    assert line(finn, "Payees whose account is short").count == 0


def test_a_parked_event_is_laid_aside_with_a_reason(finn: User, bob: User) -> None:
    parked, waits = event(), event("evt_2", parked_at=None)
    assert not money_health(at=NOON)["events_are_read"]
    shown = line(finn, "Events that could not be read")
    desk = ProvenDesk(finn)
    listed = desk.get(shown.url).context["cl"].result_list
    assert [each.event_id for each in listed] == ["evt_1"]

    desk.post(shown.url, chosen("leave", parked, waits, reason=WHY))

    parked.refresh_from_db()
    assert (parked.outcome, parked.left_at) == ("left", NOON)
    assert GatewayEvent.objects.get(pk=waits.pk).outcome == "waiting"
    assert AuditEvent.objects.get(deed="event.left").subject == "event/evt_1"
    assert money_health(at=NOON)["events_are_read"]
    with pytest.raises(WrongState):
        inbox.leave(parked.pk, reason=WHY, by=finn, at=NOON)
    with pytest.raises(NotYours):
        inbox.leave(event("evt_3").pk, reason=WHY, by=bob, at=NOON)

    inbox.process_again(parked.pk, reason=WHY, by=finn, at=NOON + SOON)
    parked.refresh_from_db()
    assert (parked.outcome, parked.left_at) == ("waiting", None)
    bad = pytest.raises(IntegrityError, match="only_a_parked_event_is_left_as_it_is")
    with bad, transaction.atomic():
        GatewayEvent.objects.filter(pk=parked.pk).update(left_at=NOON)


@pytest.mark.parametrize(
    ("facts", "answered", "funded"),
    [
        ({"state": "sent", "attempts": 3}, False, True),
        ({"state": "unknown", "attempts": 3}, False, True),
        ({"state": "queued", "attempts": 0}, False, True),
        ({"state": "queued", "attempts": 3}, True, False),
        ({"state": "done", "answered_at": NOON}, True, True),
    ],
)
def test_a_call_that_nobody_answers_for_an_hour_is_an_alarm(
    alice: User, bob: User, facts: dict[str, Any], answered: bool, funded: bool
) -> None:
    given.begun_charge(client=alice, freelancer=bob)
    GatewayCommand.objects.update(**{"answered_at": None, **facts})

    young, old = money_health(at=NOON + SOON / 2), money_health(at=NOON + 2 * DAY)

    assert young["calls_are_answered"]
    assert young["our_funds_suffice"]
    assert (old["calls_are_answered"], old["our_funds_suffice"]) == (answered, funded)


def stray(alice: User, bob: User) -> StrayPayment:
    charge = given.begun_charge(client=alice, freelancer=bob)
    return StrayPayment.objects.create(
        payment_id="pi_1", charge=charge, currency="EUR", amount=EUR("5.00"), received_at=NOON
    )


def test_what_moves_money_asks_for_a_fresh_second_factor(
    payout: Payout, alice: User, bob: User, finn: User
) -> None:
    desk, wanted = ProvenDesk(finn), stray(alice, bob)
    before = list(AuditEvent.objects.values_list("pk", flat=True))

    for row, action in [
        (payout, "release"),
        (Payee.objects.get(), "resume"),
        (PayoutMethod.objects.get(), "accept"),
        (wanted, "match"),
        (wanted, "send_back"),
    ]:
        url = reverse(f"admin:payments_{type(row).__name__.lower()}_changelist")
        answer = desk.post(url, chosen(action, row, reason=WHY))
        assert "/2fa/reauthenticate/" in answer.headers["Location"], action

    assert list(AuditEvent.objects.values_list("pk", flat=True)) == before


def test_nobody_else_reads_the_lists(bob: User) -> None:
    for client in (session_of(bob), Client()):
        found = client.get(reverse("admin:payments_gatewayevent_changelist"), {"outcome": "left"})
        assert found.status_code in {302, 404}
