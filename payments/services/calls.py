"""Each kind of command: what it asks the gateway, and what follows from the answer."""

from __future__ import annotations

from datetime import datetime

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
    PayerRef,
    PaymentState,
    RefundRequest,
    RefundState,
    SetupRequest,
)
from payments.gateways.base import Kind as Fetched
from payments.models import GatewayCommand
from payments.services import (
    bank_calls,
    bank_transfers,
    charging,
    collected_pages,
    evidence_files,
    payee_calls,
    promising,
    refunds,
    refusal_words,
    short_funds,
    trying,
)
from payments.services.call import Call, Params, id_of, nothing
from payments.services.commands import DOOR_TIME

Kind = GatewayCommand.Kind
PAYMENT = Fetched.PAYMENT


def _start_checkout(gateway: Gateway, params: Params, key: str) -> HostedPage:
    closes_at = params["closes_at"]
    request = CheckoutRequest(
        reference=params["reference"],
        payer=PayerRef(**params["payer"]),
        currency=params["currency"],
        lines=tuple(CheckoutLine(**line) for line in params["lines"]),
        success_url=params["success_url"],
        cancel_url=params["cancel_url"],
        metadata={"charge": params["reference"]},
        statement=params["statement"],
        closes_at=datetime.fromisoformat(closes_at) if closes_at else None,
    )
    return gateway.start_checkout(request, key=key)


def _checkout_started(command: GatewayCommand, page: HostedPage, at: datetime) -> str:
    """Whoever asked was led there at once, or was told to come back and to wait for word."""
    is_late = command.attempts > 1 or at >= command.created_at + DOOR_TIME
    charging.page_opened(id_of(command.charge_id), page, at=at, is_late=is_late)
    return page.session_id


def _start_method_setup(gateway: Gateway, params: Params, key: str) -> HostedPage:
    request = SetupRequest(**{**params, "payer": PayerRef(**params["payer"])})
    return gateway.start_method_setup(request, key=key)


def _refunded(command: GatewayCommand, state: RefundState, at: datetime) -> str:
    refunds.sent(id_of(command.refund_id), state=state, at=at)
    return state.refund_id


def _refund_refused(command: GatewayCommand, refusal: GatewayError, at: datetime) -> object:
    problem = refusal_words.of_refund(refusal)
    return refunds.refused(id_of(command.refund_id), problem=problem, at=at)


def _bank_details(gateway: Gateway, params: Params, key: str) -> BankDetails:
    request = BankDetailsRequest(**{**params, "payer": PayerRef(**params["payer"])})
    return gateway.bank_details(request, key=key)


def _details_told(command: GatewayCommand, told: BankDetails, at: datetime) -> str:
    bank_transfers.details_told(id_of(command.payer_id), told, at=at)
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


def _cancel_payment(gateway: Gateway, params: Params, key: str) -> PaymentState:
    """Where it is not called off, the truth is asked for: it may have arrived meanwhile."""
    try:
        return gateway.cancel_payment(params["payment_id"], key=key)
    except InvalidRequest:
        state = gateway.fetch(PAYMENT, params["payment_id"])
        assert isinstance(state, PaymentState)
        return state


def _payment_cancelled(command: GatewayCommand, state: PaymentState, at: datetime) -> str:
    promising.answered(id_of(command.charge_id), state, at=at)
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
    }.get(type(refusal)) or refusal_words.of_charge(refusal)
    to_confirm = isinstance(refusal, NeedsAction)
    return trying.refused(command, words=words, to_confirm=to_confirm, at=at)


CALLS: dict[str, Call] = payee_calls.CALLS | {
    Kind.START_CHECKOUT: Call(
        _start_checkout,
        _checkout_started,
        lambda c, refusal, at: collected_pages.page_refused(
            id_of(c.charge_id), problem=refusal_words.of_page(refusal), at=at
        ),
    ),
    Kind.EXPIRE_CHECKOUT: Call(
        lambda gateway, params, key: gateway.expire_checkout(params["session_id"], key=key),
        lambda command, _answer, _at: command.params["session_id"],
        nothing,
    ),
    Kind.START_METHOD_SETUP: Call(
        _start_method_setup, lambda _command, page, _at: page.session_id, nothing
    ),
    Kind.CHARGE_SAVED: Call(_charge_saved, _saved_charged, _saved_refused),
    Kind.CANCEL_PAYMENT: Call(
        _cancel_payment,
        _payment_cancelled,
        lambda c, _, at: promising.not_known(id_of(c.charge_id), c.params["payment_id"], at=at),
    ),
    Kind.BANK_DETAILS: Call(_bank_details, _details_told, nothing),
    Kind.DRAW_CASH: Call(
        _draw_cash, _cash_drawn, lambda command, _, at: bank_transfers.not_drawn(command, at=at)
    ),
    Kind.DETACH_METHOD: Call(
        lambda gateway, params, key: gateway.detach_method(params["method_id"], key=key),
        lambda command, _answer, _at: command.params["method_id"],
        nothing,
    ),
    Kind.REFUND: Call(
        lambda gateway, params, key: gateway.refund(RefundRequest(**params), key=key),
        _refunded,
        _refund_refused,
        short=lambda command, at: short_funds.tell_finance(command, at=at),
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
}
