"""What a freelancer's objects at Stripe say, in our words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from payments.gateways.base import Busy, FraudWarningState, Kind, Status, TransferState
from tests.contract.examples import MADE_AT, listed
from tests.contract.spec import published
from tests.payments.stripe import objects
from tests.payments.stripe.cases import DISPUTED
from tests.payments.stripe.objects import fetched
from tests.payments.stripe.provider import Answers, Body, Provider, asked, made


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

    def test_a_key_that_may_not_look_has_let_go_of_nobody(self) -> None:
        answer = (403, {"error": {"type": "invalid_request_error", "message": "No."}})

        with pytest.raises(Busy):
            fetched(Kind.PAYEE, {"GetAccountsAccount": answer})


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
        state, _ = self.of(status="failed", failure_code="account_closed")

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
