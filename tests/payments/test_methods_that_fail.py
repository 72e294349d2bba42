"""A bank account that cannot be verified is never saved: its client reads why, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent, Letter
from payments import gateways
from payments.gateways.base import Kind
from payments.models import FailedMethod, GatewayEvent, PaymentMethod
from payments.services import reconciling
from tests import given_payments as given
from tests.given_payments import DAY, NOON

TOO_OFTEN = "payment_method_microdeposit_verification_attempts_exceeded"
WORDS = "The small deposits were named wrongly too often."


def shown(browser: Client, *, at: Any) -> str:
    with clock.pinned(at):
        return browser.get(reverse("methods")).content.decode()


@pytest.mark.django_db
def test_it_is_told_once_and_leads_to_another_one(alice: User, as_alice: Client) -> None:
    given.named_method(alice, "ach_refused")
    event = GatewayEvent.objects.get(type="setup_intent.setup_failed")
    tried = FailedMethod.objects.get()
    assert event.outcome == "handled"
    assert not PaymentMethod.objects.exists()
    assert (str(tried), tried.problem) == ("Bank debit (ACH) •••• 6791", WORDS)
    assert AuditEvent.objects.get(deed="payment_method.failed").facts == {"code": TOO_OFTEN}

    state = reconciling_state(event)
    reconciling.reconcile(event, state, at=NOON + 5 * DAY)

    letter = Letter.objects.get(key__contains="payment_method_failed")
    assert WORDS in letter.text
    assert reverse("methods") in letter.text
    page = shown(as_alice, at=NOON + 5 * DAY)
    assert f"{tried} could not be verified on <time" in " ".join(page.split())
    assert WORDS in page
    assert "Add a way to pay" in page
    assert WORDS not in shown(as_alice, at=NOON + 40 * DAY)
    given.payment_method(alice, at=NOON + 5 * DAY)
    assert WORDS not in shown(as_alice, at=NOON + 6 * DAY)


def reconciling_state(event: GatewayEvent) -> Any:
    return gateways.current().fetch(Kind.SETUP, event.object_id)
