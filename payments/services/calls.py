"""Each kind of command: what it asks the gateway, and what follows from the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payments.gateways.base import (
    BankDetails,
    BankDetailsRequest,
    CashRequest,
    CheckoutLine,
    CheckoutRequest,
    Declined,
    Gateway,
    GatewayError,
    HostedPage,
    InsufficientFunds,
    InvalidRequest,
    NeedsAction,
    OffSessionCharge,
    PayeeRequest,
    PayerRef,
    PaymentState,
    PayoutRequest,
    PayoutState,
    RefundRequest,
    RefundState,
    SetupRequest,
    TransferRequest,
    TransferState,
)
from payments.models import GatewayCommand
from payments.services import (
    bank_calls,
    bank_transfers,
    charging,
    collecting,
    evidence_files,
    payees,
    refunds,
    sending,
    trying,
    waiting,
)

Kind = GatewayCommand.Kind
NO_TRANSFERS = {"insufficient_capabilities_for_transfer", "account_invalid"}
Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """`ask` runs outside any transaction. The others are its consequence, and commit with it."""

    ask: Callable[[Gateway, Params, str], Any]
    answered: Callable[[GatewayCommand, Any, datetime], str]  # returns the gateway's id for it
    refused: Callable[[GatewayCommand, GatewayError, datetime], object]
    waits_for_funds: int = 10_000  # times; our own balance settles, a payee's has what we moved


def _start_checkout(gateway: Gateway, params: Params, key: str) -> HostedPage:
    closes_at = params.get("closes_at")  # Older ones were asked for without.
    request = CheckoutRequest(
        reference=params["reference"],
        payer=PayerRef(**params["payer"]),
        currency=params["currency"],
        lines=tuple(CheckoutLine(**line) for line in params["lines"]),
        success_url=params["success_url"],
        cancel_url=params["cancel_url"],
        metadata={"charge": params["reference"]},
        statement=params.get("statement", ""),  # Likewise.
        closes_at=datetime.fromisoformat(closes_at) if closes_at else None,
    )
    return gateway.start_checkout(request, key=key)


def _checkout_started(command: GatewayCommand, page: HostedPage, at: datetime) -> str:
    charging.page_opened(_id(command.charge_id), page, at=at, is_late=command.attempts > 1)
    return page.session_id


def _start_method_setup(gateway: Gateway, params: Params, key: str) -> HostedPage:
    request = SetupRequest(**{**params, "payer": PayerRef(**params["payer"])})
    return gateway.start_method_setup(request, key=key)


def _refunded(command: GatewayCommand, state: RefundState, at: datetime) -> str:
    refunds.sent(_id(command.refund_id), state=state, at=at)
    return state.refund_id


def _payee_created(command: GatewayCommand, account: str, at: datetime) -> str:
    payees.account_opened(_id(command.payee_id), account=account, at=at)
    return account


def _transferred(command: GatewayCommand, state: TransferState, at: datetime) -> str:
    sending.transferred(_id(command.payout_id), state=state, at=at)
    return state.transfer_id


def _paid_out(command: GatewayCommand, state: PayoutState, at: datetime) -> str:
    sending.accepted(_id(command.payout_id), state=state)
    return state.payout_id


def _bank_details(gateway: Gateway, params: Params, key: str) -> BankDetails:
    request = BankDetailsRequest(**{**params, "payer": PayerRef(**params["payer"])})
    return gateway.bank_details(request, key=key)


def _details_told(command: GatewayCommand, told: BankDetails, at: datetime) -> str:
    bank_transfers.details_told(_id(command.payer_id), told, at=at)
    return told.customer


def _draw_cash(gateway: Gateway, params: Params, key: str) -> PaymentState:
    """What is not there now will not be there later: the bank has it back."""
    try:
        return gateway.draw_cash(CashRequest(**params), key=key)
    except InsufficientFunds as gone:
        raise InvalidRequest(str(gone)) from gone


def _cash_drawn(command: GatewayCommand, state: PaymentState, at: datetime) -> str:
    bank_transfers.drawn(command, state, at=at)
    return state.payment_id


def _charge_saved(gateway: Gateway, params: Params, key: str) -> PaymentState:
    return gateway.charge_saved(OffSessionCharge(**params), key=key)


def _saved_charged(command: GatewayCommand, state: PaymentState, at: datetime) -> str:
    trying.answered(command, state, at=at)
    return state.payment_id


def _saved_refused(command: GatewayCommand, refusal: GatewayError, at: datetime) -> object:
    """A bank speaks to its customer; what the gateway says of our request is not for them."""
    words = {
        Declined: str(refusal),
        NeedsAction: "The bank wants to see you: it asks you to confirm the payment.",
    }.get(type(refusal), "It cannot be charged any more.")
    to_confirm = isinstance(refusal, NeedsAction)
    return trying.refused(command, words=words, to_confirm=to_confirm, at=at)


def _payout_refused(command: GatewayCommand, refusal: GatewayError, at: datetime) -> object:
    return sending.fail(_id(command.payout_id), problem=str(refusal), at=at)


def _transfer_refused(command: GatewayCommand, refusal: GatewayError, at: datetime) -> object:
    """Between our last news of the payee and the transfer it may have lost what it needs."""
    if getattr(refusal, "code", "") in NO_TRANSFERS:
        waiting.refused(_id(command.payout_id), problem=str(refusal), at=at)
    return _payout_refused(command, refusal, at)


def _payout_not_made(command: GatewayCommand, refusal: GatewayError, at: datetime) -> object:
    if isinstance(refusal, InsufficientFunds):
        waiting.short(_id(command.payout_id), at=at)
        refusal = InvalidRequest("Your account at the provider did not hold it.")
    return _payout_refused(command, refusal, at)


def _nothing(_command: GatewayCommand, _refusal: GatewayError, _at: datetime) -> None:
    """The page just does not open, and the door says so; or it was closed already."""


def _id(key: int | None) -> int:
    assert key is not None, "The database sees to it that a command is about something."
    return key


CALLS: dict[str, Call] = {
    Kind.START_CHECKOUT: Call(
        _start_checkout,
        _checkout_started,
        lambda c, refusal, at: collecting.page_refused(
            _id(c.charge_id), problem=str(refusal), at=at
        ),
    ),
    Kind.EXPIRE_CHECKOUT: Call(
        lambda gateway, params, key: gateway.expire_checkout(params["session_id"], key=key),
        lambda command, _answer, _at: command.params["session_id"],
        _nothing,
    ),
    Kind.START_METHOD_SETUP: Call(
        _start_method_setup, lambda _command, page, _at: page.session_id, _nothing
    ),
    Kind.CHARGE_SAVED: Call(_charge_saved, _saved_charged, _saved_refused),
    Kind.BANK_DETAILS: Call(_bank_details, _details_told, _nothing),
    Kind.DRAW_CASH: Call(
        _draw_cash, _cash_drawn, lambda command, _, at: bank_transfers.not_drawn(command, at=at)
    ),
    Kind.DETACH_METHOD: Call(
        lambda gateway, params, key: gateway.detach_method(params["method_id"], key=key),
        lambda command, _answer, _at: command.params["method_id"],
        _nothing,
    ),
    Kind.REFUND: Call(
        lambda gateway, params, key: gateway.refund(RefundRequest(**params), key=key),
        _refunded,
        lambda c, refusal, at: refunds.refused(_id(c.refund_id), problem=str(refusal), at=at),
    ),
    Kind.CREATE_PAYEE: Call(
        lambda gateway, params, key: gateway.create_payee(PayeeRequest(**params), key=key),
        _payee_created,
        _nothing,
    ),
    Kind.ONBOARDING_PAGE: Call(
        lambda gateway, params, key: gateway.onboarding_page(**params, key=key),
        lambda _command, page, _at: page.session_id,
        _nothing,
    ),
    Kind.TRANSFER: Call(
        lambda gateway, params, key: gateway.transfer(TransferRequest(**params), key=key),
        _transferred,
        _transfer_refused,
    ),
    Kind.SUBMIT_EVIDENCE: Call(
        bank_calls.submit_evidence,
        lambda _command, state, _at: state.dispute_id,
        bank_calls.answer_refused,
    ),
    Kind.KEEP_PAPER: Call(
        evidence_files.hand_over, bank_calls.paper_kept, bank_calls.paper_refused
    ),
    Kind.ACCEPT_DISPUTE: Call(
        lambda gateway, params, key: gateway.accept_dispute(params["dispute"], key=key),
        lambda _command, state, _at: state.dispute_id,
        bank_calls.answer_refused,
    ),
    Kind.PAYOUT: Call(
        lambda gateway, params, key: gateway.payout(PayoutRequest(**params), key=key),
        _paid_out,
        _payout_not_made,
        waits_for_funds=3,
    ),
}
