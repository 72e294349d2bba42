"""Why a bank took no withdrawal, or a bank account could not be verified: in our words only."""

from __future__ import annotations

from typing import Any

import pytest

from payments.gateways import payout_problems, setup_problems
from payments.gateways.base import Kind
from tests.contract.spec import published
from tests.payments.stripe import objects
from tests.payments.stripe.objects import fetched
from tests.payments.stripe.provider import made

THEIRS = "Please contact Acme Bank about trace 0815."
# Where the provider publishes why a bank takes no money, of payments that are like ours.
LIKE_OURS = (
    "treasury_outbound_payments_resource_returned_status",
    "treasury_outbound_transfers_resource_returned_details",
    "treasury_inbound_transfers_resource_failure_details",
)


@pytest.mark.parametrize("code", [*payout_problems.PROBLEMS, "new_to_us", None])
def test_nothing_of_the_providers_own_words_is_said(code: str | None) -> None:
    shown = objects.payout(status="failed", failure_code=code, failure_message=THEIRS)

    state = fetched(Kind.PAYOUT, {"GetPayoutsPayout": shown}, "acct_1")

    assert state.code == (code or "")
    assert state.problem == payout_problems.PROBLEMS.get(code or "", payout_problems.UNKNOWN)
    assert state.problem.endswith(".")
    assert "_" not in state.problem


def test_every_code_that_is_published_for_the_like_has_its_sentence() -> None:
    schemas = published().schemas
    codes = {each for name in LIKE_OURS for each in schemas[name]["properties"]["code"]["enum"]}

    assert codes - {"other"} - set(payout_problems.PROBLEMS) == set()


def tried_with(kind: str, code: str, status: str = "requires_payment_method") -> Any:
    bank = made("payment_method_us_bank_account", bank_name="Example", last4="6789")
    card = made("payment_method_card", brand="visa", last4="4242", exp_year=2028, exp_month=2)
    details = bank if kind == "us_bank_account" else card
    method = made("payment_method", **{"id": "pm_1", "type": kind, kind: details})
    error = {"type": "invalid_request_error", "code": code, "payment_method": method}
    intent = objects.waiting_setup(status=status, payment_method=None, last_setup_error=error)
    return fetched(Kind.SETUP, {"GetSetupIntentsIntent": intent})


@pytest.mark.parametrize("code", [*setup_problems.PROBLEMS, "new_to_us"])
def test_each_code_of_the_provider_has_its_sentence(code: str) -> None:
    state = tried_with("us_bank_account", code)

    assert (state.method, state.code) == (None, code)
    assert (state.failed.label, state.failed.last4) == ("Bank debit (ACH)", "6789")
    assert state.problem == setup_problems.PROBLEMS.get(code, setup_problems.UNKNOWN)


@pytest.mark.parametrize(
    ("kind", "status"),
    [("card", "requires_payment_method"), ("us_bank_account", "requires_action")],
)
def test_what_its_owner_saw_on_the_page_or_may_try_again_has_not_failed(
    kind: str, status: str
) -> None:
    assert tried_with(kind, "setup_intent_authentication_failure", status).failed is None
