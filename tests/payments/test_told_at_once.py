"""One event, told sixteen times at once: one row, one job, one effect."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from billing_site.platform.models import Job
from ledger.models import Entry
from payments.gateways.sandbox.models import SandboxEvent
from payments.gateways.signatures import sign
from payments.models import Charge, GatewayEvent
from payments.services import inbox
from tests import given_payments as given
from tests.payments.books import assert_every_law_holds
from tests.payments.racing import THREADS, at_once
from tests.payments.test_inbox import pay_without_telling
from tests.payments.test_webhook import PLATFORM, post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.scenario(44)
def test_44_the_same_event_sixteen_times_at_once_is_once(settings: Any) -> None:
    alice, bob = given.payer(), given.worker()
    pay_without_telling(given.begun_charge(client=alice, freelancer=bob), settings)
    body = SandboxEvent.objects.get(type="payment_intent.succeeded").payload
    promised = Job.objects.count()

    def deliver() -> None:
        assert post(Client(), body, sign(body, PLATFORM)).status_code == 200

    assert at_once(deliver) == {"done": THREADS}
    event = GatewayEvent.objects.get(type="payment_intent.succeeded")
    assert Job.objects.count() == promised + 1
    assert Charge.objects.get().state == "begun"

    at = event.received_at
    assert at_once(lambda: inbox.handle(event.pk, at=at)) == {"done": THREADS}
    event.refresh_from_db()
    assert (event.handled_at, event.attempts) == (at, 1)
    assert Charge.objects.get().state == "succeeded"
    assert Entry.objects.filter(kind="fund_escrow").count() == 1
    assert_every_law_holds()
