"""Ways to pay that are saved at the provider, as the protocol's answers."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from payments.gateways import setup_problems
from payments.gateways.base import MandateState, MethodState, SetupState
from payments.gateways.stripe import words
from payments.gateways.stripe.parts import id_of, noted, part


def setup(intent: Any) -> SetupState:
    """A card is refused while its owner is on the page, which says so; banks answer later."""
    customer = id_of(part(intent, "customer"))
    error = part(intent, "last_setup_error")
    tried = part(error, "payment_method")
    is_over = intent.status in {"requires_payment_method", "canceled"}
    failed = method(tried, customer=customer) if is_over and tried is not None else None
    code = part(error, "code") or ""
    if failed is None or not failed.takes_days:
        return SetupState(intent.id, noted(intent, "reference"), by(intent, customer))
    return SetupState(
        setup_id=intent.id,
        reference=noted(intent, "reference"),
        failed=failed,
        problem=setup_problems.said(code),
        code=code,
    )


def by(intent: Any, customer: str) -> MethodState | None:
    """Return what a setup saved: a bank account that is still to be verified is not saved yet."""
    found = part(intent, "payment_method")
    is_done = found is not None and intent.status == "succeeded"
    return method(found, customer=customer) if is_done else None


def method(saved: Any, *, customer: str = "") -> MethodState:
    """*customer*: whose it is, where it was read in the moment in which it is attached."""
    details = part(saved, saved.type)
    return MethodState(
        method_id=saved.id,
        customer=id_of(part(saved, "customer")) or customer,
        kind=saved.type,
        label=words.saved(saved.type, details),
        last4=part(details, "last4") or "",
        expires_on=_last_day(part(details, "exp_year"), part(details, "exp_month")),
    )


def mandate(given: Any) -> MandateState:
    """One that was good for a single payment ends with it, and says nothing of others."""
    is_over = given.status == "inactive" and given.type == "multi_use"
    return MandateState(given.id, id_of(given.payment_method), is_active=not is_over)


def _last_day(year: int | None, month: int | None) -> date | None:
    """A card pays until the end of the month that is written on it."""
    return date(year, month, monthrange(year, month)[1]) if year and month else None
