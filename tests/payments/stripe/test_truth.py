"""Objects as they are now, in every state that the provider has a name for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from payments.gateways.base import (
    CashState,
    CheckoutState,
    InvalidRequest,
    Kind,
    MethodState,
    Snapshot,
    Status,
    Wire,
)
from tests.contract.examples import listed
from tests.contract.spec import published
from tests.payments.stripe import objects
from tests.payments.stripe.objects import fetched
from tests.payments.stripe.provider import Answers, Body, made
from tests.payments.stripe.requested import PAID

REFUSED = {
    "status": "requires_payment_method",
    "latest_charge": None,
    "last_payment_error": {"type": "card_error", "message": "Your card was declined."},
}
VISA = MethodState("pm_1", "cus_1", "card", "Visa", "4242", date(2028, 2, 29))


def payment(pages: Body | None = None, **facts: Any) -> Any:
    answers = {"GetPaymentIntentsIntent": objects.intent(**facts)}
    if pages:
        answers["GetCheckoutSessions"] = pages
    return fetched(Kind.PAYMENT, answers)


class TestPayment:
    @pytest.mark.parametrize(
        ("theirs", "ours"),
        [
            ("requires_confirmation", Status.OPEN),
            ("requires_payment_method", Status.OPEN),
            ("requires_action", Status.ACTION_NEEDED),
            ("processing", Status.PROCESSING),
            ("requires_capture", Status.PROCESSING),
            ("succeeded", Status.SUCCEEDED),
            ("canceled", Status.CANCELLED),
        ],
    )
    def test_every_status_is_one_of_ours(self, theirs: str, ours: Status) -> None:
        assert payment(status=theirs).status == ours

    def test_no_status_was_forgotten(self) -> None:
        enum = published().schemas["payment_intent"]["properties"]["status"]["enum"]

        assert {payment(status=each).status for each in enum} >= {Status.OPEN, Status.SUCCEEDED}
        assert len(enum) == 7

    def test_a_refused_one_may_be_paid_while_its_page_is_open(self) -> None:
        state = payment(listed(objects.session()), **REFUSED)

        assert (state.status, state.problem) == (Status.OPEN, "Your card was declined.")

    @pytest.mark.parametrize("pages", [listed(), listed(objects.session(status="complete"))])
    def test_without_an_open_page_it_has_failed(self, pages: Body) -> None:
        assert payment(pages, **REFUSED).status == Status.FAILED

    def test_what_arrived_counts_and_not_what_was_asked(self) -> None:
        assert payment(amount=105_950, amount_received=105_900).amount == 105_900

    def test_the_cost_may_come_later(self) -> None:
        state = payment(latest_charge=objects.paid_by_card(balance_transaction=None))

        assert (state.status, state.line) == (Status.SUCCEEDED, None)

    def test_a_bank_debit_says_when_it_is_expected(self) -> None:
        debit = made(
            "payment_method_details_sepa_debit", expected_debit_date="2026-03-09", last4="3000"
        )
        details = {"type": "sepa_debit", "sepa_debit": debit}
        charge = objects.paid_by_card(balance_transaction=None, payment_method_details=details)

        state = payment(status="processing", latest_charge=charge)

        assert (state.arrives_on, state.method) == (date(2026, 3, 9), "SEPA debit •••• 3000")

    @pytest.mark.parametrize(
        ("details", "words"),
        [
            ({"type": "customer_balance", "customer_balance": {}}, "Bank transfer"),
            ({"type": "link", "link": {"country": None}}, "Link"),
            ({"type": "acss_debit", "acss_debit": {}}, "Acss debit"),
        ],
    )
    def test_how_it_was_paid_is_said_in_words(self, details: Body, words: str) -> None:
        charge = objects.paid_by_card(payment_method_details=details)

        assert payment(latest_charge=charge).method == words

    @pytest.mark.scenario(4)
    def test_a_wallet_is_named_with_its_card(self) -> None:
        card = made(
            "payment_method_details_card",
            brand="mastercard",
            last4="4444",
            wallet={"type": "apple_pay", "dynamic_last4": None, "apple_pay": {}},
        )
        charge = objects.paid_by_card(payment_method_details={"type": "card", "card": card})

        assert payment(latest_charge=charge).method == "Apple Pay, Mastercard •••• 4444"

    @pytest.mark.parametrize(
        ("currency", "minor"), [("jpy", 105_950), ("kwd", 105_950), ("eur", 105_950)]
    )
    def test_minor_units_stay_what_they_are(self, currency: str, minor: int) -> None:
        state = payment(currency=currency)

        assert (state.amount, state.currency) == (minor, currency.upper())


class TestCharge:
    def test_it_is_the_payment_that_it_belongs_to(self) -> None:
        answers = {
            "GetChargesCharge": objects.paid_by_card(
                balance_transaction="txn_1", payment_intent="pi_1"
            ),
            "GetPaymentIntentsIntent": objects.intent(),
        }

        assert fetched(Kind.CHARGE, answers) == PAID

    def test_one_without_a_payment_is_none_of_ours(self) -> None:
        charge = objects.paid_by_card(balance_transaction="txn_1")

        with pytest.raises(InvalidRequest, match="no payment of ours"):
            fetched(Kind.CHARGE, {"GetChargesCharge": charge})


class TestCheckout:
    def of(self, **facts: Any) -> Any:
        return fetched(Kind.CHECKOUT, {"GetCheckoutSessionsSession": objects.session(**facts)})

    def test_nobody_has_tried_to_pay(self) -> None:
        untried = objects.intent(status="requires_payment_method", latest_charge=None)

        assert self.of() == CheckoutState("cs_1", "C1", Status.OPEN)
        assert self.of(payment_intent=untried).payment is None

    def test_paid(self) -> None:
        state = self.of(
            status="complete", url=None, payment_intent=objects.intent(), customer="cus_1"
        )

        assert state == CheckoutState("cs_1", "C1", Status.SUCCEEDED, PAID)

    @pytest.mark.parametrize(
        ("page", "payment"), [("open", Status.OPEN), ("complete", Status.FAILED)]
    )
    def test_refused(self, page: str, payment: Status) -> None:
        """On an open page one tries again; a debit that fails has left its page days ago."""
        state = self.of(status=page, payment_intent=objects.intent(**REFUSED))

        assert state.payment.status == payment

    def test_expired(self) -> None:
        assert self.of(status="expired", url=None).status == Status.CANCELLED

    def test_a_saved_way_to_pay_is_named(self) -> None:
        setup = made("setup_intent", status="succeeded", payment_method=objects.saved())

        state = self.of(mode="setup", status="complete", setup_intent=setup, customer="cus_1")

        assert state.payment is None
        assert state.method == VISA


class TestBankTransfer:
    def test_what_came_whose_it_is_and_what_of_it_is_there(self) -> None:
        answers = {
            "GetCustomersCustomerCashBalanceTransactionsTransaction": objects.cash(),
            "GetCustomersCustomerCashBalance": objects.cash_balance(),
        }

        assert fetched(Kind.CASH, answers) == CashState(
            "ccsbtxn_1", "cus_1", "ORG1", "funded", 10_000, "EUR", 4_050, "INV 1", "Okapi GmbH"
        )

    @pytest.mark.parametrize(("left", "missing"), [(105_950, 0), (52_975, 52_975)])
    def test_a_payment_waits_for_it_and_nobody_has_to_confirm(
        self, left: int, missing: int
    ) -> None:
        told = objects.instructions()["bank_transfer"]["financial_addresses"]
        wire = {"type": "eu_bank_transfer", "amount_remaining": left, "reference": "R1"}
        wire["financial_addresses"] = told
        action = {
            "type": "display_bank_transfer_instructions",
            "display_bank_transfer_instructions": wire,
        }
        facts = {"status": "requires_action", "next_action": action, "latest_charge": None}
        answers = {"GetPaymentIntentsIntent": objects.intent(**facts)}

        state = fetched(Kind.PAYMENT, answers)

        assert (state.status, state.missing) == (Status.PROCESSING, missing)
        assert state.wire == Wire(
            left, "R1", "Okapi GmbH", "", "DE89370400440532013000", "SXPYDEHHXXX"
        )


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.OTHER])
def test_every_kind_can_be_fetched(kind: Kind) -> None:
    answers: Answers = {
        "GetCheckoutSessionsSession": objects.session(),
        "GetPaymentIntentsIntent": objects.intent(),
        "GetSetupIntentsIntent": made("setup_intent"),
        "GetChargesCharge": objects.paid_by_card(balance_transaction=None, payment_intent="pi_1"),
        "GetRefundsRefund": objects.refund(),
        "GetAccountsAccount": made("account"),
        "GetTransfersTransfer": objects.transfer(),
        "GetPayoutsPayout": objects.payout(),
        "GetDisputesDispute": objects.dispute(),
        "GetPaymentMethodsPaymentMethod": objects.saved(),
        "GetRadarEarlyFraudWarningsEarlyFraudWarning": objects.warning(),
        "GetMandatesMandate": made("mandate"),
        "GetCustomersCustomerCashBalanceTransactionsTransaction": objects.cash(),
        "GetCustomersCustomerCashBalance": objects.cash_balance(),
        "GetTopupsTopup": made("topup"),
    }

    assert isinstance(fetched(kind, answers, "acct_1"), Snapshot)


def test_what_is_of_no_consequence_cannot() -> None:
    with pytest.raises(InvalidRequest):
        fetched(Kind.OTHER, {})
