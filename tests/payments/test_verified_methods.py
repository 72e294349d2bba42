"""A bank account is charged once its owner has named what was deposited, and not before."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.base import InvalidRequest, OffSessionCharge
from payments.gateways.sandbox import saving
from payments.gateways.sandbox.models import SandboxMethod
from payments.models import GatewayEvent, PaymentMethod
from payments.services import outbox
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON

pytestmark = pytest.mark.django_db


def test_it_is_none_of_theirs_until_it_is_verified(alice: User) -> None:
    with clock.pinned(NOON):
        page = outbox.open_method_setup(given.organization(alice), by=alice, at=NOON)
    assert page
    named = saving.keep(page.session_id, "ach_unverified", at=NOON)
    given.settle(at=NOON + DAY)

    assert not PaymentMethod.objects.exists()
    assert GatewayEvent.objects.get(type="checkout.session.completed").outcome == "handled"
    asked = OffSessionCharge("C1", named.customer_id, named.pk, 5_000, "EUR", statement="P-C1")
    with clock.pinned(NOON + DAY), pytest.raises(InvalidRequest):
        saving.charge(asked)

    for _ in range(2):
        given.settle(at=NOON + 2 * DAY + SOON)

    method = PaymentMethod.objects.get()
    assert (method.kind, method.position) == ("us_bank_account", 0)
    assert method.verified_at >= NOON + 2 * DAY
    assert SandboxMethod.objects.get().is_verified
