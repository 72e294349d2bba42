"""What goes wrong at every call, and what it is to us. Only silence leaves the outcome open."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from payments.gateways.base import (
    Busy,
    Declined,
    GatewayError,
    InsufficientFunds,
    InvalidRequest,
    KeyReused,
    NeedsAction,
    NotLetIn,
    OutcomeUnknown,
)
from tests.contract.examples import refusal
from tests.payments.stripe.cases import cases
from tests.payments.stripe.objects import intent
from tests.payments.stripe.provider import Body, Provider


def card_error(code: str, **facts: Any) -> tuple[int, Body]:
    return 402, refusal("card_error", code=code, **facts)


def wrong(code: str, status: int = 400, **facts: Any) -> tuple[int, Body]:
    return status, refusal("invalid_request_error", code=code, **facts)


BROKEN = refusal("api_error")
UNPAID = intent(status="requires_payment_method", latest_charge=None)
FAULTS: dict[str, tuple[tuple[int, Body] | Exception, type[GatewayError]]] = {
    "no answer in time": (stripe.APIConnectionError("timeout", should_retry=True), OutcomeUnknown),
    "a connection cut off": (stripe.APIConnectionError("reset"), OutcomeUnknown),
    "500": ((500, BROKEN), OutcomeUnknown),
    "502": ((502, BROKEN), OutcomeUnknown),
    "503": ((503, BROKEN), OutcomeUnknown),
    "424, somebody behind them": ((424, BROKEN), OutcomeUnknown),
    "409, the same key at once": (wrong("idempotency_key_in_use", 409), Busy),
    "429, too many": (wrong("rate_limit", 429), Busy),
    "429, the object is held": (wrong("lock_timeout", 429), Busy),
    "401, a key that was rolled": ((401, refusal("invalid_request_error")), NotLetIn),
    "400, the key of another request": ((400, refusal("idempotency_error")), KeyReused),
    "400, our balance is short": (wrong("balance_insufficient"), InsufficientFunds),
    "400, theirs is short": (wrong("insufficient_funds"), InsufficientFunds),
    "400, a wrong parameter": (wrong("parameter_invalid_integer", param="amount"), InvalidRequest),
    "404": (wrong("resource_missing", 404, param="id"), InvalidRequest),
    "403, no longer connected": (wrong("account_invalid", 403), InvalidRequest),
    "403, a permission that our key lacks": ((403, refusal("invalid_request_error")), NotLetIn),
    "402, declined": (card_error("card_declined", decline_code="generic_decline"), Declined),
    "402, an empty account": (
        card_error("card_declined", decline_code="insufficient_funds"),
        Declined,
    ),
    "402, to be confirmed": (
        card_error("authentication_required", payment_intent=UNPAID),
        NeedsAction,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", cases())
@pytest.mark.scenario(52)
def test_every_fault_at_every_call_has_its_word(name: str, fault: str) -> None:
    case, (answer, expected) = cases()[name], FAULTS[fault]
    provider = Provider(dict.fromkeys(case.answers, answer))

    with pytest.raises(GatewayError) as caught:
        case.ask(provider.gateway)

    assert type(caught.value) is expected


@pytest.mark.parametrize("fault", ["no answer in time", "503", "409, the same key at once"])
@pytest.mark.parametrize("name", [name for name, case in cases().items() if case.is_deed])
def test_tries_that_follow_say_the_same_with_the_same_key(name: str, fault: str) -> None:
    case, (answer, _) = cases()[name], FAULTS[fault]
    provider = Provider({**case.answers, case.sends: answer})

    with pytest.raises(GatewayError):
        case.ask(provider.gateway)

    tries = [each for each in provider.heard if each.operation == case.sends]
    assert len(tries) == 3
    assert tries[0] == tries[1] == tries[2]
    assert tries[0].key == "k:1"


@pytest.mark.parametrize("fault", ["500", "no answer in time"])
def test_a_deed_that_is_answered_on_the_second_try_is_done(fault: str) -> None:
    case = cases()["refund"]
    first = [FAULTS[fault][0]]

    class Recovering(Provider):
        def _answer(self, operation: str, params: Body) -> tuple[int, Body]:
            self.answers = {"PostRefunds": first.pop() if first else case.answers["PostRefunds"]}
            return super()._answer(operation, params)

    provider = Recovering({})

    assert case.ask(provider.gateway) == case.result
    assert [each.key for each in provider.heard] == ["k:1", "k:1"]


def raised(name: str, answer: tuple[int, Body]) -> Any:
    case = cases()[name]
    with pytest.raises(GatewayError) as caught:
        case.ask(Provider({**case.answers, case.sends: answer}).gateway)
    return caught.value


class TestDetails:
    def test_a_decline_says_why_in_the_banks_words(self) -> None:
        declined = raised(
            "charge_saved",
            (
                402,
                {
                    "error": {
                        "type": "card_error",
                        "code": "card_declined",
                        "decline_code": "insufficient_funds",
                        "message": "Your card has insufficient funds.",
                    }
                },
            ),
        )

        assert (declined.code, declined.decline_code) == ("card_declined", "insufficient_funds")
        assert declined.user_message == "Your card has insufficient funds."

    def test_a_payment_to_confirm_is_named(self) -> None:
        needed = raised(
            "charge_saved", card_error("authentication_required", payment_intent=UNPAID)
        )

        assert needed.payment_id == "pi_1"

    def test_a_decline_may_ask_for_confirmation_too(self) -> None:
        answer = card_error(
            "card_declined", decline_code="authentication_required", payment_intent=UNPAID
        )

        assert isinstance(raised("charge_saved", answer), NeedsAction)

    def test_a_payment_that_waits_for_its_payer_is_to_be_confirmed(self) -> None:
        answer = intent(status="requires_action", latest_charge=None)

        assert raised("charge_saved", (200, answer)).payment_id == "pi_1"

    def test_a_wrong_parameter_is_named(self) -> None:
        refused = raised("transfer", wrong("insufficient_capabilities", param="destination"))

        assert (refused.param, refused.code) == ("destination", "insufficient_capabilities")

    def test_the_message_does_not_carry_their_request_id(self) -> None:
        assert str(raised("transfer", wrong("account_closed"))) == "No."

    def test_a_key_that_they_do_not_accept_is_an_alarm(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        raised("transfer", (401, refusal("invalid_request_error")))

        assert "does not accept our secret key" in caplog.text
