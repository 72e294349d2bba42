"""The sandbox's events over HTTP, into the same door as anybody's."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from billing_site.platform import clock
from payments.gateways.sandbox import faults, paying
from payments.gateways.sandbox.delivery import deliver_due, next_due
from payments.gateways.sandbox.forms import TroubleForm
from payments.gateways.sandbox.models import SandboxEvent, SandboxHappening
from payments.models import Charge, GatewayEvent
from tests import given_payments as given
from tests.given_payments import NOON


@pytest.mark.django_db(transaction=True)
def test_events_arrive_over_http(live_server: LiveServer, settings: Any) -> None:
    settings.SITE_URL = live_server.url
    alice, bob = given.payer(), given.worker()
    now = timezone.now()
    charge = given.begun_charge(client=alice, freelancer=bob, at=now)
    paying.pay(charge.session_id, "4242", at=now)
    said = StringIO()

    call_command("sandbox_deliver", "--once", stdout=said)

    assert said.getvalue() == "3 done\n"
    kept = set(GatewayEvent.objects.values_list("type", flat=True))
    assert kept == {
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.succeeded",
    }
    given.settle(at=now + timedelta(minutes=1))
    assert Charge.objects.get().state == "succeeded"


@pytest.mark.django_db
def test_where_nobody_answers_they_wait_for_their_turn(settings: Any) -> None:
    settings.SITE_URL = "http://localhost:9"
    alice, bob = given.payer(), given.worker()
    charge = given.begun_charge(client=alice, freelancer=bob)
    paying.pay(charge.session_id, "4242", at=NOON)

    with clock.pinned(NOON):
        call_command("sandbox_deliver", "--once", stdout=StringIO())

    assert not GatewayEvent.objects.exists()
    waiting = SandboxEvent.objects.filter(delivered_at=None)
    assert {(event.attempts, event.due_at) for event in waiting} == {
        (1, NOON + timedelta(seconds=5))
    }
    given.settle(at=NOON + timedelta(seconds=5))
    assert Charge.objects.get().state == "succeeded"


@pytest.mark.django_db
def test_it_names_the_next_moment_and_then_keeps_it() -> None:
    alice, bob = given.payer(), given.worker()
    charge = given.begun_charge(client=alice, freelancer=bob)
    given.paid(charge, "debit")

    due = next_due(after=NOON + timedelta(hours=1))

    assert due == NOON + timedelta(days=1)  # its page would have expired then
    assert next_due(after=due) == NOON + timedelta(days=4)
    assert deliver_due(at=NOON + timedelta(days=4)) > 0
    assert not SandboxHappening.objects.filter(
        done_at=None, due_at__lte=NOON + timedelta(days=4)
    ).exists()


@pytest.mark.django_db
class TestTrouble:
    """What it does is shown in stripe/test_trouble.py, through both gateways."""

    def test_nothing_goes_wrong_by_itself(self) -> None:
        assert TroubleForm(initial=model_to_dict(faults.switches())).switched_on == []

    def test_it_is_switched_on_and_off_for_everybody(self, client: Client) -> None:
        address = reverse("demo-trouble")

        assert client.post(address, {"doubles": "on", "drops": "on"}).status_code == 302
        page = client.get(address).content.decode()
        assert "Switched on: tell each event twice, tell nothing." in " ".join(page.split())
        again = client.post(address, {"doubles": "on", "drops": "on"})
        assert (again.status_code, "Nothing was changed" in again.content.decode()) == (422, True)

        assert client.post(address, {}).status_code == 302
        assert "Nothing goes wrong now." in " ".join(client.get(address).content.decode().split())
        assert not faults.switches().doubles
