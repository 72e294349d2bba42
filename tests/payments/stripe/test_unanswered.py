"""Calls that were never answered: looked up by what we wrote on the object, never made again."""

from __future__ import annotations

from typing import Any

import pytest

from payments.gateways.base import HostedPage, PayerRef, Status
from payments.gateways.stripe.finding import Request
from tests.contract.examples import listed
from tests.payments.stripe import objects, requested
from tests.payments.stripe.cases import cases
from tests.payments.stripe.provider import Answers, Provider, asked, made
from tests.payments.stripe.requested import ALICE, NOON

CUSTOMER = made("customer", id="cus_1", metadata={"reference": "ORG1"})
OTHERS = {"metadata": {"command": "k:2", "reference": "X"}}
ANOTHER_PAGE = objects.session(**OTHERS)

ASKED: dict[str, tuple[Request, Answers, Answers, str]] = {
    # What was asked; the answers if it was done, and if not; the id of what is found.
    "a payment page": (
        requested.CHECKOUT,
        {"GetCustomers": listed(CUSTOMER), "GetCheckoutSessions": listed(objects.session())},
        {"GetCustomers": listed()},
        "cs_1",
    ),
    "a page to save a way to pay": (
        requested.SETUP,
        {"GetCustomers": listed(CUSTOMER), "GetCheckoutSessions": listed(objects.session())},
        {
            "GetCustomers": listed(CUSTOMER),
            "GetCheckoutSessions": listed(objects.session(**OTHERS)),
        },
        "cs_1",
    ),
    "a charge": (
        requested.SAVED,
        {"GetPaymentIntents": listed(objects.intent(id="pi_2", **OTHERS), objects.intent())},
        {"GetPaymentIntents": listed(objects.intent(**OTHERS))},
        "pi_1",
    ),
    "what was drawn of cash": (
        requested.CASH,
        {
            "GetPaymentIntents": listed(
                objects.intent(id="pi_2", **OTHERS),
                objects.intent(latest_charge=objects.paid_by_transfer()),
            )
        },
        {"GetPaymentIntents": listed(objects.intent(**OTHERS))},
        "pi_1",
    ),
    "a refund": (
        requested.REFUND,
        {"GetRefunds": listed(objects.refund(id="re_2", **OTHERS), objects.refund())},
        {"GetRefunds": listed(objects.refund(**OTHERS))},
        "re_1",
    ),
    "a payee": (
        requested.PAYEE,
        {"GetAccounts": listed(made("account", id="acct_1", metadata={"command": "k:1"}))},
        {"GetAccounts": listed(made("account"))},
        "acct_1",
    ),
    "a transfer": (
        requested.TRANSFER,
        {"GetTransfers": listed(objects.transfer())},
        {"GetTransfers": listed()},
        "tr_1",
    ),
    "a payout": (
        requested.PAYOUT,
        {"GetPayouts": listed(objects.payout())},
        {"GetPayouts": listed(objects.payout(**OTHERS))},
        "po_1",
    ),
}


def found(request: Request, answers: Answers) -> tuple[Any, Provider]:
    return asked(answers, lambda g: g.look_up(request, key="k:1", since=NOON))


@pytest.mark.parametrize("what", ASKED)
def test_what_was_done_is_found_and_nothing_is_done_again(what: str) -> None:
    request, done, _, object_id = ASKED[what]

    state, provider = found(request, done)

    assert object_id in (state if isinstance(state, str) else repr(state))
    assert [each.operation[:3] for each in provider.heard] == ["Get"] * len(provider.heard)


@pytest.mark.parametrize("what", ASKED)
def test_what_was_never_done_is_not_found(what: str) -> None:
    request, _, undone, _ = ASKED[what]

    assert found(request, undone)[0] is None


def test_it_answers_as_the_call_would_have() -> None:
    for what, name in (
        ("a transfer", "transfer"),
        ("a payout", "payout"),
        ("a charge", "charge_saved"),
        ("what was drawn of cash", "draw_cash"),
    ):
        request, done, _, _ = ASKED[what]

        assert found(request, done)[0] == cases()[name].result


def test_a_page_that_is_closed_by_now_has_no_address() -> None:
    closed = listed(objects.session(url=None, status="expired"))

    page, _ = found(
        requested.CHECKOUT, {"GetCustomers": listed(CUSTOMER), "GetCheckoutSessions": closed}
    )

    assert page == HostedPage("", "cs_1", NOON)


def test_clocks_may_differ_by_an_hour() -> None:
    _, provider = found(requested.PAYOUT, {"GetPayouts": listed()})

    assert provider.last.params["created"] == {"gte": int(NOON.timestamp()) - 3_600}
    assert provider.last.account == "acct_1"


class TestCustomers:
    def known(self, *customers: Any, payer: PayerRef = ALICE) -> tuple[str, Provider]:
        answers = {
            "GetCustomers": listed(*customers),
            "PostCustomers": made("customer", id="cus_new"),
        }
        return asked(answers, lambda g: g.ensure_customer(payer, key="k:1"))

    def test_one_who_is_known_is_not_made_again(self) -> None:
        customer, provider = self.known(CUSTOMER)

        assert customer == "cus_1"
        assert [each.operation for each in provider.heard] == ["GetCustomers"]

    def test_of_several_it_is_always_the_oldest(self) -> None:
        younger = made(
            "customer",
            id="cus_0",
            created=NOON.timestamp().__ceil__() + 1,
            metadata={"reference": "ORG1"},
        )

        assert self.known(younger, CUSTOMER)[0] == self.known(CUSTOMER, younger)[0] == "cus_1"

    def test_somebody_else_with_the_same_address_is_somebody_else(self) -> None:
        other = made("customer", id="cus_2", metadata={"reference": "ORG2"})

        assert self.known(other)[0] == "cus_new"

    def test_two_pages_at_once_make_one_customer(self) -> None:
        """Both would find nobody. The key is the payer's, so the second call gets the first's."""
        answers = {
            "GetCustomers": listed(),
            "PostCustomers": made("customer", id="cus_new"),
            "PostCheckoutSessions": objects.session(),
        }
        provider = Provider(answers)

        for key in ("start_checkout:C1:1", "start_checkout:C2:1"):
            provider.gateway.start_checkout(requested.CHECKOUT, key=key)

        made_with = [each for each in provider.heard if each.operation == "PostCustomers"]
        assert made_with[0] == made_with[1]
        assert made_with[0].key.startswith("customer:ORG1:")

    def test_a_payment_that_failed_at_once_is_found_as_failed(self) -> None:
        refused = objects.intent(
            status="requires_payment_method",
            latest_charge=None,
            last_payment_error={"type": "card_error", "message": "No."},
        )

        state, _ = found(requested.SAVED, {"GetPaymentIntents": listed(refused)})

        assert state.status == Status.FAILED
