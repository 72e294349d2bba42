"""Money that came for a payment which was over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.platform import clock
from billing_site.platform.models import Notice
from payments.gateways import current
from payments.gateways.base import FraudWarningState
from payments.gateways.sandbox import paying
from payments.gateways.sandbox.models import SandboxPayment, SandboxRefund, SandboxSession
from payments.models import Charge, Refund, StrayPayment
from payments.services import charging, following, fraud_warnings
from payments.services.calls import CALLS
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.charged import escrow_of, payment_of, states_of


class TestStrays:
    """Money that nothing waits for funds nothing, and goes back."""

    def test_a_payment_after_we_gave_up_goes_back(self, charge: Charge) -> None:
        by = SYSTEM("the contract ended")
        charging.cancel(charge.pk, by=by, at=NOON)

        given.paid(charge)
        given.settle(at=NOON + DAY)

        assert states_of(charge) == ("cancelled", "dropped")
        self.assert_it_went_back(EUR("1059.50"))

    @pytest.mark.scenario(18)
    def test_a_second_payment_goes_back(self, charge: Charge) -> None:
        """Two pages of one payment are open, and both are paid."""
        command = charge.commands.get()
        with clock.pinned(NOON):
            other = CALLS[command.kind].ask(current(), command.params, "start_checkout:other:1")
        charge = given.paid(charge)
        paying.pay(other.session_id, "4242", at=NOON + SOON)
        for _ in range(2):
            given.settle(at=NOON + 2 * SOON)
        second = SandboxPayment.objects.get(session=other.session_id)
        assert charge.payment_id != second.pk

        self.assert_it_went_back(EUR("1059.50"))
        assert StrayPayment.objects.get().payment_id == second.pk
        assert SandboxRefund.objects.get().payment == second
        assert states_of(charge) == ("succeeded", "held")
        assert held(f"escrow:{escrow_of(charge).ref}") == EUR("1000.00")

    def test_a_bank_that_suspects_the_second_says_nothing_of_the_first(
        self, charge: Charge
    ) -> None:
        finn = UserFactory.create(name="Finn", is_staff=True, is_superuser=True)
        charge = given.paid(charge)
        second = replace(payment_of(charge), payment_id="pi_second", amount=4_200, line=None)
        following.payment(charge.pk, second, at=NOON + DAY)
        state = FraudWarningState("issfr_1", "pi_second", "misc", is_actionable=True)
        assert fraud_warnings.charge_of(state) == charge

        for _ in range(2):
            warning = fraud_warnings.follow(charge, state, at=NOON + DAY)

        assert "suspects that €42.00 of" in Notice.objects.get(text__contains="suspects").text
        with pytest.raises(NotAllowed, match=r"about €42\.00 that nothing had waited for"):
            fraud_warnings.propose(warning.pk, reason="Fraud.", by=finn, at=NOON + DAY)
        assert (states_of(charge), warning.proposed_at) == (("succeeded", "held"), None)
        other = replace(state, warning_id="issfr_2", payment_id=charge.payment_id)
        mine = fraud_warnings.follow(charge, other, at=NOON + DAY)
        assert fraud_warnings.propose(mine.pk, reason="F.", by=finn, at=NOON + DAY).stray is None

    @pytest.mark.scenario(22)
    def test_another_sum_than_ours_funds_nothing(self, charge: Charge) -> None:
        SandboxSession.objects.update(amount=99)

        given.paid(charge)
        given.settle(at=NOON + DAY)

        assert states_of(charge) == ("failed", "dropped")
        self.assert_it_went_back(EUR("0.99"))

    @pytest.mark.scenario(22)
    def test_another_currency_funds_nothing(self, charge: Charge) -> None:
        SandboxSession.objects.update(currency="USD")

        given.paid(charge)
        given.settle(at=NOON + DAY)

        assert states_of(charge) == ("failed", "dropped")
        self.assert_it_went_back(Money("1059.50", "USD"))

    def assert_it_went_back(self, amount: Money) -> None:
        currency = str(amount.currency)
        stray, refund = StrayPayment.objects.get(), Refund.objects.get()
        assert (stray.amount, refund.amount, refund.state) == (amount, amount, "succeeded")
        assert held("suspense", currency) == held("provider:clearing", currency)
        assert held("suspense", currency) == Money(0, currency)
        assert_every_law_holds()
