"""What is still to come at the provider: funds, facts, a trace, and what came back of a top-up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from payments.gateways.base import Kind, Status, TopUpState
from tests.contract.spec import published
from tests.payments.stripe import objects
from tests.payments.stripe.objects import fetched
from tests.payments.stripe.provider import made


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("pending", Status.PROCESSING),
        ("succeeded", Status.SUCCEEDED),
        ("failed", Status.FAILED),
        ("reversed", Status.FAILED),
        ("canceled", Status.CANCELLED),
    ],
)
def test_every_status_of_the_provider_is_one_of_ours(theirs: str, ours: Status) -> None:
    sent = made("topup", id="tu_1", amount=1_000, currency="eur", status=theirs)

    shown = fetched(Kind.TOP_UP, {"GetTopupsTopup": sent})

    assert shown == TopUpState("tu_1", ours, 1_000, "EUR")


SOME = ["individual.dob.day", "individual.dob.month", "individual.address.line1"]
MORE = ["individual.address.city", "company.address_kana.city", "tos_acceptance.ip", "email"]
DAYS = int(datetime(2026, 3, 9, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("due", "past", "deadline", "wanted"),
    [(SOME, [], DAYS, 2), (SOME, MORE, None, 5), ([], [], DAYS, 0), (None, None, None, 0)],
)
def test_facts_are_counted_as_somebody_would(
    due: Any, past: Any, deadline: int | None, wanted: int
) -> None:
    asked = {"currently_due": due, "past_due": past, "current_deadline": deadline}
    account = made("account", id="acct_1", requirements=made("account_requirements", **asked))

    state = fetched(Kind.PAYEE, {"GetAccountsAccount": account}, "acct_1")

    by = datetime(2026, 3, 9, tzinfo=UTC) if wanted and deadline else None
    assert (state.wanted, state.wanted_by) == (wanted, by)


REASONS = published().schemas["refund"]["properties"]["pending_reason"]["enum"]


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("status", ["pending", "succeeded"])
def test_of_all_reasons_to_wait_only_one_is_ours(reason: str, status: str) -> None:
    shown = objects.refund(status=status, pending_reason=reason)

    state = fetched(Kind.REFUND, {"GetRefundsRefund": shown})

    assert state.is_short == (status == "pending" and reason == "insufficient_funds")


@pytest.mark.parametrize(
    ("theirs", "trace", "is_untraced"),
    [
        (None, "", False),
        ({"status": "pending"}, "", False),
        ({"status": "supported", "value": "TRACE1"}, "TRACE1", False),
        ({"status": "unsupported", "value": None}, "", True),
    ],
)
def test_a_trace_is_told_awaited_or_never_told(theirs: Any, trace: str, is_untraced: bool) -> None:
    shown = {"GetPayoutsPayout": objects.payout(status="paid", trace_id=theirs)}

    state = fetched(Kind.PAYOUT, shown, "acct_1")

    assert (state.trace, state.is_untraced) == (trace, is_untraced)
