"""What Stripe says of ways to pay, and of who agreed to them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from payments.gateways.base import Kind, MandateState, MethodState
from tests.payments.stripe import objects
from tests.payments.stripe.objects import fetched
from tests.payments.stripe.provider import made

VISA = MethodState("pm_1", "cus_1", "card", "Visa", "4242", date(2028, 2, 29))


class TestMandate:
    @pytest.mark.parametrize(
        ("status", "type_", "is_active"),
        [
            ("active", "multi_use", True),
            ("pending", "multi_use", True),
            ("inactive", "multi_use", False),
            ("inactive", "single_use", True),
        ],
    )
    def test_one_that_ended_is_of_all_payments(
        self, status: str, type_: str, is_active: bool
    ) -> None:
        mandate = made("mandate", id="mandate_1", payment_method="pm_1", status=status, type=type_)

        state = fetched(Kind.MANDATE, {"GetMandatesMandate": mandate})

        assert state == MandateState("mandate_1", "pm_1", is_active)


class TestMethod:
    def of(self, **facts: Any) -> Any:
        return fetched(Kind.METHOD, {"GetPaymentMethodsPaymentMethod": objects.saved(**facts)})

    def test_a_card(self) -> None:
        assert self.of() == VISA

    def test_one_that_was_let_go_of_is_nobodys(self) -> None:
        assert self.of(customer=None).customer == ""

    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            ("sepa_debit", "SEPA debit"),
            ("us_bank_account", "Bank debit (ACH)"),
            ("bacs_debit", "Bacs debit"),
        ],
    )
    def test_a_bank_account_does_not_expire(self, kind: str, words: str) -> None:
        details = made(f"payment_method_{kind}", last4="3000")

        state = self.of(type=kind, **{kind: details})

        assert (state.label, state.last4, state.expires_on) == (words, "3000", None)
