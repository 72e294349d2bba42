"""Asking how things stand: objects as they are now, and what happened since a moment."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import stripe

from payments.gateways import signatures
from payments.gateways.base import (
    BalanceLine,
    BalanceState,
    InboundEvent,
    InvalidRequest,
    Kind,
    PayeeState,
    PaymentState,
    Snapshot,
)
from payments.gateways.stripe import cash, lines, parts, saved, shown, words
from payments.gateways.stripe.connection import at
from payments.gateways.stripe.errors import LET_GO, code_of, translated
from payments.gateways.stripe.paying import MOST
from payments.gateways.sums import ours

logger = logging.getLogger(__name__)


def fetch(  # noqa: C901, PLR0911, PLR0912 -- a table: a kind of object a line
    api: Any, kind: Kind, object_id: str, account: str | None
) -> Snapshot:
    """:raises InvalidRequest: there is no such object, or nothing of this kind to fetch."""
    match kind:
        case Kind.CHECKOUT:
            params = {"expand": shown.CHECKOUT_PARTS}
            return shown.checkout(api.checkout.sessions.retrieve(object_id, params=params))
        case Kind.PAYMENT:
            return _payment(api, object_id, account)
        case Kind.CHARGE:
            found = api.charges.retrieve(object_id, options=at(account))
            return _payment(api, _payment_of(found), account)
        case Kind.SETUP:
            params = {"expand": shown.SETUP_PARTS}
            return saved.setup(api.setup_intents.retrieve(object_id, params=params))
        case Kind.REFUND:
            params = {"expand": shown.REFUND_PARTS}
            return shown.refund(api.refunds.retrieve(object_id, params=params))
        case Kind.PAYEE:
            return _payee(api, object_id)
        case Kind.TRANSFER:
            return shown.transfer(api.transfers.retrieve(object_id))
        case Kind.PAYOUT:
            found = api.payouts.retrieve(object_id, options=at(account))
            return shown.payout(found, account or "")
        case Kind.DISPUTE:
            return shown.dispute(api.disputes.retrieve(object_id))
        case Kind.METHOD:
            return saved.method(api.payment_methods.retrieve(object_id))
        case Kind.WARNING:
            return shown.warning(api.radar.early_fraud_warnings.retrieve(object_id))
        case Kind.CASH:
            return cash.fetch(api, object_id)
        case Kind.TOP_UP:
            return shown.top_up(api.topups.retrieve(object_id))
        case Kind.MANDATE:
            return saved.mandate(api.mandates.retrieve(object_id))
    raise InvalidRequest(f"Nothing of ours is a {kind}.", param="kind")


def balance(api: Any, account: str | None) -> BalanceState:
    found = api.balance.retrieve(options=at(account))
    return BalanceState(available=_sums(found.available), pending=_sums(found.pending))


def events(api: Any, since: datetime, account: str | None) -> Iterator[InboundEvent]:
    """Return what was told of one account since then, for 30 days; oldest first.

    One that we cannot read is left out: no other one waits for it.
    """
    with translated():
        found = api.events.list(params=_since(since), options=at(account))
        listed = list(found.auto_paging_iter())
    for event in reversed(listed):
        try:
            told = signatures.told(event, account=account or "")
        except (ValueError, LookupError):
            logger.exception("An event of %s cannot be read", account or "ours")
            continue
        yield told


def balance_lines(api: Any, since: datetime, account: str | None) -> Iterator[BalanceLine]:
    """In the provider's order, page by page: there may be more than fit into memory."""
    asked = _since(since)
    if account:  # Only the object behind a line says which of our transfers it came by.
        asked["expand"] = ["data.source"]
    with translated():
        found = api.balance_transactions.list(params=asked, options=at(account))
        for entry in found.auto_paging_iter():
            line = lines.line(entry)
            assert line is not None, "An entry of this list is never only an id."
            yield line


def _since(moment: datetime) -> dict[str, object]:
    return {"created": {"gte": int(moment.timestamp())}, "limit": MOST}


def _payee(api: Any, account: str) -> PayeeState:
    """One that has let go of us cannot be read any more, and that is all there is to know."""
    try:
        return shown.payee(api.accounts.retrieve(account))
    except stripe.PermissionError as error:
        if code_of(error) != LET_GO:
            raise
        return PayeeState(account, "", is_ready=False, problem=words.LET_GO)


def _payment(api: Any, payment_id: str, account: str | None) -> PaymentState:
    """*account*: whose it is, where it is not ours."""
    params = {"expand": shown.PAYMENT_PARTS}
    intent = api.payment_intents.retrieve(payment_id, params=params, options=at(account))
    is_open = shown.was_refused(intent) and _page_is_open(api, payment_id, account)
    return shown.payment(intent, page_is_open=is_open)


def _page_is_open(api: Any, payment_id: str, account: str | None) -> bool:
    """A refusal is not the end while somebody may still pay on the same page."""
    params = {"payment_intent": payment_id, "limit": 1}
    pages = api.checkout.sessions.list(params=params, options=at(account))
    return any(page.status == "open" for page in pages.data)


def _payment_of(charge: Any) -> str:
    payment_id = parts.id_of(parts.part(charge, "payment_intent"))
    if not payment_id:
        raise InvalidRequest(f"{charge.id} belongs to no payment of ours.", param="id")
    return payment_id


def _sums(parts: Sequence[Any]) -> dict[str, int]:
    """Stripe may list a currency once for each kind of source."""
    sums: dict[str, int] = {}
    for each in parts:
        currency = each.currency.upper()
        sums[currency] = sums.get(currency, 0) + ours(each.amount, currency)
    return sums
