"""Objects as they are now, in every state that the provider has a name for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from payments.gateways.base import (
    CashState,
    CheckoutState,
    FraudWarningState,
    InvalidRequest,
    Kind,
    MandateState,
    MethodState,
    Snapshot,
    Status,
    TransferState,
)
from tests.contract.examples import MADE_AT, listed
from tests.contract.spec import published
from tests.payments.stripe import objects
from tests.payments.stripe.cases import DISPUTED, PAID
from tests.payments.stripe.provider import Answers, Body, Provider, asked, made

REFUSED = {
    "status": "requires_payment_method",
    "latest_charge": None,
    "last_payment_error": {"type": "card_error", "message": "Your card was declined."},
}

VISA = MethodState("pm_1", "cus_1", "card", "Visa", "4242", date(2028, 2, 29))


def fetched(kind: Kind, answers: Answers, account: str | None = None) -> Any:
    object_id = "cus_1/ccsbtxn_1" if kind == Kind.CASH else "x_1"
    return asked(answers, lambda g: g.fetch(kind, object_id, account))[0]


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
        wire = {"type": "eu_bank_transfer", "amount_remaining": left}
        action = {
            "type": "display_bank_transfer_instructions",
            "display_bank_transfer_instructions": wire,
        }
        facts = {"status": "requires_action", "next_action": action, "latest_charge": None}
        answers = {"GetPaymentIntentsIntent": objects.intent(**facts)}

        state = fetched(Kind.PAYMENT, answers)

        assert (state.status, state.missing) == (Status.PROCESSING, missing)


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


class TestRefund:
    def of(self, **facts: Any) -> Any:
        return fetched(Kind.REFUND, {"GetRefundsRefund": objects.refund(**facts)})

    @pytest.mark.parametrize(
        ("theirs", "ours"),
        [
            ("pending", Status.PROCESSING),
            (None, Status.PROCESSING),
            ("requires_action", Status.ACTION_NEEDED),
            ("succeeded", Status.SUCCEEDED),
            ("failed", Status.FAILED),
            ("canceled", Status.CANCELLED),
            ("something_new", Status.PROCESSING),
        ],
    )
    def test_every_status_is_one_of_ours(self, theirs: str | None, ours: Status) -> None:
        assert self.of(status=theirs).status == ours

    def test_why_it_failed_is_said_in_words(self) -> None:
        state = self.of(status="failed", failure_reason="expired_or_canceled_card")

        assert state.problem == "The card that was paid with is closed."

    def test_it_comes_with_its_line(self) -> None:
        line = objects.booked(
            id="txn_2", source="re_1", amount=-5_000, fee=0, reporting_category="refund"
        )

        state = self.of(status="succeeded", balance_transaction=line)

        assert state.line
        assert (state.line.amount, state.line.cost, state.line.kind) == (-5_000, 0, "refund")


class TestPayee:
    BANK = made("bank_account", id="ba_1", bank_name="Example Bank", last4="4471", status="new")

    def of(self, **facts: Any) -> Any:
        account = made("account", id="acct_1", metadata={"reference": "PE1"}, **facts)
        return fetched(Kind.PAYEE, {"GetAccountsAccount": account}, "acct_1")

    def test_ready(self) -> None:
        state = self.of(
            capabilities={"transfers": "active"},
            payouts_enabled=True,
            external_accounts={**listed(self.BANK), "url": "/v1/accounts/acct_1/external_accounts"},
        )

        assert (state.is_ready, state.problem, state.reference) == (True, "", "PE1")
        [bank] = state.banks
        assert (bank.destination, bank.label, bank.last4) == ("ba_1", "Example Bank", "4471")
        assert (bank.currency, bank.is_usable) == ("EUR", True)

    @pytest.mark.parametrize(
        "status", ["errored", "verification_failed", "tokenized_account_number_deactivated"]
    )
    def test_a_bank_that_sent_money_back_is_not_usable(self, status: str) -> None:
        banks = listed({**self.BANK, "status": status})

        assert not self.of(external_accounts=banks).banks[0].is_usable

    @pytest.mark.parametrize(
        "facts",
        [
            {"details_submitted": True},
            {"capabilities": {"transfers": "active"}, "payouts_enabled": False},
            {"capabilities": {"transfers": "inactive"}, "payouts_enabled": True},
            {"capabilities": {"transfers": "pending"}, "payouts_enabled": True},
        ],
    )
    def test_to_have_left_the_form_does_not_make_ready(self, facts: Body) -> None:
        state = self.of(**facts)

        assert (state.is_ready, state.problem) == (False, "Your details are not complete.")

    def test_every_reason_has_words(self) -> None:
        reasons = published().schemas["account_requirements"]["properties"]["disabled_reason"]
        names = [each for each in reasons["anyOf"][0]["enum"] if each != "other"]
        unsaid = "Your details are not complete."

        said = {
            name: self.of(requirements=made("account_requirements", disabled_reason=name)).problem
            for name in names
        }

        assert len(said) == 14
        assert [name for name, words in said.items() if words == unsaid] == []

    def test_a_payee_that_left_us_cannot_be_paid(self) -> None:
        answer = (403, {"error": {"type": "invalid_request_error", "code": "account_invalid"}})

        state = fetched(Kind.PAYEE, {"GetAccountsAccount": answer})

        assert (state.account, state.is_ready, state.banks) == ("x_1", False, ())
        assert "not connected with us any more" in state.problem


def test_a_transfer_tells_how_much_came_back() -> None:
    transfer = objects.transfer(amount_reversed=100)

    assert fetched(Kind.TRANSFER, {"GetTransfersTransfer": transfer}) == TransferState(
        "tr_1", "P1", "acct_1", 88_100, "EUR", 100
    )


class TestPayout:
    def of(self, **facts: Any) -> tuple[Any, Provider]:
        answers = {"GetPayoutsPayout": objects.payout(**facts)}
        return asked(answers, lambda g: g.fetch(Kind.PAYOUT, "po_1", "acct_1"))

    @pytest.mark.parametrize(
        ("theirs", "ours"),
        [
            ("pending", Status.PROCESSING),
            ("in_transit", Status.PROCESSING),
            ("paid", Status.SUCCEEDED),
            ("failed", Status.FAILED),
            ("canceled", Status.CANCELLED),
        ],
    )
    def test_every_status_is_one_of_ours(self, theirs: str, ours: Status) -> None:
        assert self.of(status=theirs)[0].status == ours

    def test_it_is_asked_for_as_the_account_that_owns_it(self) -> None:
        state, provider = self.of()

        assert provider.last.account == state.account == "acct_1"

    def test_a_bank_says_why_not(self) -> None:
        state, _ = self.of(status="failed", failure_message="The bank account has been closed.")

        assert state.problem == "The bank account has been closed."


class TestDispute:
    def of(self, **facts: Any) -> Any:
        return fetched(Kind.DISPUTE, {"GetDisputesDispute": objects.dispute(**facts)})

    def test_it_says_until_when_to_answer(self) -> None:
        assert self.of() == DISPUTED
        assert DISPUTED.answer_by == datetime(2026, 3, 2, 12, tzinfo=UTC)

    def test_what_the_bank_took_and_gave_back_is_told_by_our_balance(self) -> None:
        kind = "balance_transaction"
        taken = made(kind, id="txn_1", amount=-105_950, fee=1_500, created=MADE_AT)
        back = made(kind, id="txn_2", amount=105_950, fee=0, created=MADE_AT + 60)

        shown = self.of(status="won", balance_transactions=[back, taken])

        assert (shown.taken.line_id, shown.taken.amount, shown.taken.cost) == (
            "txn_1",
            -105_950,
            1_500,
        )
        assert (shown.given_back.line_id, shown.given_back.cost) == ("txn_2", 0)

    def test_its_status_is_handed_on_as_it_is(self) -> None:
        statuses = published().schemas["dispute"]["properties"]["status"]["enum"]

        assert [self.of(status=each).status for each in statuses] == statuses


@pytest.mark.scenario(42)
def test_a_warning_of_fraud_says_which_payment() -> None:
    answers: Answers = {"GetRadarEarlyFraudWarningsEarlyFraudWarning": objects.warning()}

    assert fetched(Kind.WARNING, answers) == FraudWarningState(
        "issfr_1", "pi_1", "made_with_stolen_card", is_actionable=True
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
    }

    assert isinstance(fetched(kind, answers, "acct_1"), Snapshot)


def test_what_is_of_no_consequence_cannot() -> None:
    with pytest.raises(InvalidRequest):
        fetched(Kind.OTHER, {})
