"""What we ask the gateway for a payee: an account, its pages, a transfer, a bank payment."""

from __future__ import annotations

from datetime import datetime

from payments.gateways.base import (
    Gateway,
    GatewayError,
    InsufficientFunds,
    InvalidRequest,
    PayeeRequest,
    PayoutRequest,
    PayoutState,
    TransferRequest,
    TransferState,
)
from payments.models import GatewayCommand, PayoutMethod
from payments.services import naming, payees, refusal_words, sending, short_funds, slowing, waiting
from payments.services.call import Call, Params, id_of, nothing

Kind = GatewayCommand.Kind
NO_TRANSFERS = {"insufficient_capabilities_for_transfer", "account_invalid"}


def _payee_created(command: GatewayCommand, account: str, at: datetime) -> str:
    payees.account_opened(id_of(command.payee_id), account=account, at=at)
    return account


def _transferred(command: GatewayCommand, state: TransferState, at: datetime) -> str:
    sending.transferred(id_of(command.payout_id), state=state, at=at)
    return state.transfer_id


def _transfer_waits(command: GatewayCommand, at: datetime) -> object:
    """Our balance settles within days: what was to be paid at once goes as others do."""
    short_funds.tell_finance(command, at=at)
    short_funds.move_arrival(id_of(command.payout_id), at=at)
    return slowing.slow_down(id_of(command.payout_id), why=slowing.NOT_READY, at=at)


def _transfer_refused(command: GatewayCommand, refusal: GatewayError, at: datetime) -> object:
    """Between our last news of the payee and the transfer it may have lost what it needs."""
    if getattr(refusal, "code", "") in NO_TRANSFERS:
        problem = refusal_words.of_payout(refusal)
        waiting.refused(id_of(command.payout_id), problem=problem, at=at)
    return _payout_refused(command, refusal, at)


def _pay_bank(gateway: Gateway, params: Params, key: str) -> PayoutState:
    """For what is to be paid at once nobody waits until the money is ready."""
    request = PayoutRequest(**params)
    try:
        return gateway.payout(request, key=key)
    except InsufficientFunds as short:
        if not request.instant:
            raise
        raise InvalidRequest(str(short), code="balance_insufficient") from short


class BankChanged(InvalidRequest):
    """It has another holder since the payout was sent: nobody was asked to pay it."""


def _is_still_theirs(command: GatewayCommand) -> None:
    """:raises BankChanged: the bank that is to be paid is not as it was accepted any more."""
    method = PayoutMethod.objects.get(payouts__commands=command)
    assert method.destination == command.params["destination"], "It was written down from there."
    if naming.why_not(method):
        raise BankChanged(f"{method} has another holder since. Nothing was paid to it.")


def _paid_out(command: GatewayCommand, state: PayoutState, _at: datetime) -> str:
    sending.accepted(id_of(command.payout_id), state=state)
    return state.payout_id


def _payout_refused(command: GatewayCommand, refusal: GatewayError, at: datetime) -> object:
    problem, code = refusal_words.of_payout(refusal), getattr(refusal, "code", "")
    return sending.fail(id_of(command.payout_id), problem=problem, code=code, at=at)


def _payout_not_made(command: GatewayCommand, refusal: GatewayError, at: datetime) -> object:
    """Whatever speaks against paying at once: it is asked for once more, as others are paid.

    To a bank that has changed hands nothing goes: what was moved lies at the payee's account,
    where their next payout takes it from.
    """
    if isinstance(refusal, BankChanged):
        return sending.called_off(id_of(command.payout_id), problem=str(refusal), at=at)
    if command.params.get("instant"):
        return slowing.slow_down(id_of(command.payout_id), why=slowing.why(refusal), at=at)
    if isinstance(refusal, InsufficientFunds):
        waiting.short(id_of(command.payout_id), at=at)
        refusal = InvalidRequest(str(refusal), code="balance_insufficient")
    return _payout_refused(command, refusal, at)


CALLS: dict[str, Call] = {
    Kind.CREATE_PAYEE: Call(
        lambda gateway, params, key: gateway.create_payee(PayeeRequest(**params), key=key),
        _payee_created,
        nothing,
    ),
    Kind.ONBOARDING_PAGE: Call(
        lambda gateway, params, key: gateway.onboarding_page(**params, key=key),
        lambda _command, page, _at: page.session_id,
        nothing,
    ),
    Kind.DASHBOARD_PAGE: Call(
        lambda gateway, params, key: gateway.dashboard_page(**params, key=key),
        lambda _command, page, _at: page.session_id,
        nothing,
    ),
    Kind.TRANSFER: Call(
        lambda gateway, params, key: gateway.transfer(TransferRequest(**params), key=key),
        _transferred,
        _transfer_refused,
        short=_transfer_waits,
    ),
    Kind.PAYOUT: Call(
        _pay_bank,
        _paid_out,
        _payout_not_made,
        waits_for_funds=3,
        last_look=_is_still_theirs,
    ),
}
