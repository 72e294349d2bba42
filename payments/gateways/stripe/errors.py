"""What the library raises, in our words. When in doubt the outcome is unknown, never a failure."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

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

logger = logging.getLogger(__name__)

SHORT = {"balance_insufficient", "insufficient_funds"}
LATER = {"lock_timeout", "idempotency_key_in_use", "rate_limit"}
TOO_MUCH = {HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS}
LET_GO = "account_invalid"  # of a connected account that is not connected any more
TO_CONFIRM = "authentication_required"


@contextmanager
def translated() -> Iterator[None]:
    """Raise a `GatewayError` in place of whatever the library raises."""
    try:
        yield
    except stripe.StripeError as error:
        logger.info("Stripe refused %s: %s", error.request_id, type(error).__name__)
        raise in_our_words(error) from error


def in_our_words(error: stripe.StripeError) -> GatewayError:
    said = error.user_message or type(error).__name__
    code = code_of(error)
    match error:
        case stripe.IdempotencyError():
            return KeyReused(said)
        case stripe.AuthenticationError():
            # Nothing was done, and nothing is wrong with what was asked: somebody mends the key.
            logger.error("Stripe does not accept our secret key")
            return NotLetIn(said)
        case stripe.PermissionError() if code != LET_GO:
            # Likewise: a restricted key lacks a permission. No bank and no payee said no.
            logger.error("Our secret key may not do what %s asked for", error.request_id)
            return NotLetIn(said)
        case _ if error.http_status in TOO_MUCH or code in LATER:
            return Busy(said)
        case stripe.CardError() | stripe.InvalidRequestError() | stripe.PermissionError():
            return _refusal(error, said, code)
    return OutcomeUnknown(said)


def code_of(error: stripe.StripeError) -> str:
    """The library keeps it in one of two places, by the kind of error."""
    return error.code or _of(error, "code")


def _refusal(error: stripe.StripeError, said: str, code: str) -> GatewayError:
    """It was read, and not done. A bank's short account is a decline, ours is short of funds."""
    decline_code = _of(error, "decline_code")
    is_card = isinstance(error, stripe.CardError) or _of(error, "type") == "card_error"
    if is_card and TO_CONFIRM in {code, decline_code}:
        return NeedsAction(_payment_of(error))
    if code in SHORT and not decline_code:
        return InsufficientFunds(said)
    if is_card:
        return Declined(code, decline_code, said)
    return InvalidRequest(said, param=_of(error, "param"), code=code)


def _payment_of(error: stripe.StripeError) -> str:
    intent: Any = getattr(error.error, "payment_intent", None)
    return intent.id if intent else ""


def _of(error: stripe.StripeError, name: str) -> str:
    return getattr(error.error, name, None) or ""
