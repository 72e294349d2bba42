"""A certificate is issued over the sums that somebody looked at, or not at all."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from billing_site.people.models import User
from records.models import Certificate
from tests import given
from tests.given import EUR, NOON
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


def test_what_was_looked_at_is_issued_or_refused(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"))
    browser, address = session_of(alice), reverse("certificates")
    asked = {"since": "2026-01-01", "until": NOON.date().isoformat(), "currency": "EUR"}
    seen = browser.get(address, asked).context["certified"].seen
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("100.00"))
    deed = {**asked, "op_id": str(uuid4())}

    refused = browser.post(address, {**deed, "seen": seen})

    assert refused.status_code == 422
    text = refused.content.decode()
    assert "Money has moved since you looked at the sums: it is €530.00 now." in text
    assert not Certificate.objects.exists()
    again = refused.context["certified"].seen
    assert f'name="seen" value="{again}"' in text
    for _ in range(2):  # pressed again it is the same one, whatever has moved meanwhile
        assert browser.post(address, {**deed, "seen": again}).status_code == 302
        given.paid_invoice(client=alice, freelancer=bob, price=EUR("10.00"))
    assert Certificate.objects.get().amount == EUR("530.00")
    assert browser.post(address, {**asked, "op_id": str(uuid4())}).status_code == 422
