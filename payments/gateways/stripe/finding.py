"""What became of a call that was never answered, looked up where its key is forgotten.

Each object bears the key of the command that asked for it, so that it can be told apart from
others about the same thing. A search index would be faster, and late: lists are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from payments.gateways.base import (
    CashRequest,
    CheckoutRequest,
    OffSessionCharge,
    PayeeRequest,
    PayerRef,
    PayoutRequest,
    RefundRequest,
    SetupRequest,
    TransferRequest,
)
from payments.gateways.stripe import parts, shown
from payments.gateways.stripe.connection import at
from payments.gateways.stripe.paying import MOST

CLOCKS_DIFFER = timedelta(hours=1)
Request = (
    CheckoutRequest
    | SetupRequest
    | OffSessionCharge
    | CashRequest
    | RefundRequest
    | PayeeRequest
    | TransferRequest
    | PayoutRequest
)


def look_up(api: Any, r: Request, *, key: str, since: datetime) -> Any:
    """Return what the call would have answered if it was done, or None if it never was."""
    made, answer = _where(api, r, {"gte": int((since - CLOCKS_DIFFER).timestamp())})
    for each in made:
        if parts.noted(each, "command") == key:
            return answer(each)
    return None


def _where(
    api: Any, r: Request, created: dict[str, int]
) -> tuple[Iterable[Any], Callable[[Any], Any]]:
    """Return the objects among which it would be, and how it is shown."""
    match r:
        case CheckoutRequest() | SetupRequest():
            return _pages(api, r.payer, created), shown.page
        case OffSessionCharge() | CashRequest():
            asked = {"customer": r.customer, "created": created}
            asked["expand"] = [f"data.{each}" for each in shown.PAYMENT_PARTS]
            return _all(api.payment_intents, asked), shown.payment
        case RefundRequest():
            asked = {"payment_intent": r.payment_id}
            asked["expand"] = [f"data.{each}" for each in shown.REFUND_PARTS]
            return _all(api.refunds, asked), shown.refund
        case PayeeRequest():
            return _all(api.accounts, {"created": created}), parts.id_of
        case TransferRequest():
            return _all(api.transfers, {"transfer_group": r.reference}), shown.transfer
        case PayoutRequest():
            payouts = _all(api.payouts, {"created": created}, account=r.account)
            return payouts, partial(shown.payout, account=r.account)


def _pages(api: Any, payer: PayerRef, created: dict[str, int]) -> Iterable[Any]:
    for customer in _all(api.customers, {"email": payer.email}):
        yield from _all(api.checkout.sessions, {"customer": customer.id, "created": created})


def _all(service: Any, asked: dict[str, Any], *, account: str | None = None) -> Iterable[Any]:
    return service.list(params={**asked, "limit": MOST}, options=at(account)).auto_paging_iter()
