"""What is saved on a page can be charged once it is verified, and not before."""

from __future__ import annotations

import pytest

from payments.gateways.base import CheckoutState, Kind, SetupState
from tests.payments.stripe import objects
from tests.payments.stripe.objects import fetched

STATES = [
    ("requires_action", False),
    ("processing", False),
    ("requires_payment_method", False),
    ("succeeded", True),
]


@pytest.mark.parametrize(("status", "is_saved"), STATES)
def test_a_bank_that_waits_for_deposits_is_not_saved_yet(status: str, is_saved: bool) -> None:
    intent = objects.waiting_setup(status=status)
    page = objects.session(mode="setup", status="complete", setup_intent=intent, customer="cus_1")

    left = fetched(Kind.CHECKOUT, {"GetCheckoutSessionsSession": page})
    found = fetched(Kind.SETUP, {"GetSetupIntentsIntent": intent})

    assert isinstance(left, CheckoutState)
    assert isinstance(found, SetupState)
    assert found.reference == "M1"
    assert [left.method is not None, found.method is not None] == [is_saved, is_saved]
    if found.method:
        assert (found.method.method_id, found.method.customer) == ("pm_1", "cus_1")
