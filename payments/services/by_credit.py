"""A client's credit pays the next charge by itself: set aside as it begins, spent as it arrives."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import Money, show, zero
from ledger import chart
from ledger.models import ReservationEnd
from ledger.movements import Movement
from ledger.queries.balances import spendable
from ledger.services.posting import InsufficientFunds
from ledger.services.reserving import end, reserve
from payments.models import Charge
from payments.queries.credit import paying

Outcome = ReservationEnd.Outcome


def set_aside(charge: Charge, *, at: datetime) -> Money:
    """Return how much of *charge*, which is not written yet, the client's credit pays.

    Nobody else can spend it until the charge has arrived, or came to nothing.
    """
    account = chart.client_credit(charge.client_id)
    while amount := paying(spendable(account.code, charge.currency), charge.amount):
        try:
            with transaction.atomic():
                reserve(account, amount, key=_key(charge), at=at)
        except InsufficientFunds:
            continue  # Another charge was faster: look what it has left.
        return amount
    return zero(charge.currency)


def spend(charge: Charge, posts: list[Movement], *, at: datetime) -> list[Movement]:
    """It arrived: what is set aside leaves with the first of *posts*, which the caller posts."""
    if not charge.credit:
        return posts
    if not posts:  # Nothing needs it any more.
        let_go(charge, at=at)
        return posts
    first, *others = posts
    return [replace(first, captures=_key(charge)), *others]


def let_go(charge: Charge, *, at: datetime) -> None:
    """It came to nothing: what was set aside is the client's to spend otherwise."""
    if charge.credit:
        end(_key(charge), outcome=Outcome.VOIDED, at=at)


def method_of(charge: Charge, paid_by: str) -> str:
    """Say what paid it: “Visa •••• 4242, €50.00 from your credit”."""
    if not charge.credit:
        return paid_by
    if not charge.asked:
        return "your credit"
    return f"{paid_by}, {show(charge.credit)} from your credit"


def _key(charge: Charge) -> str:
    return f"charge/{charge.ref}/credit"
