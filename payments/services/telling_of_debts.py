"""What a freelancer reads when a part of a payment is kept because they owe us something."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import Money, show
from payments.models import DebtWriteOff, Lot
from payments.queries.debts import plan
from payments.services.telling import tell


def kept(lot: Lot, amount: Money, *, left: Money, at: datetime) -> None:
    """*left* is what they owe after that."""
    tell(
        lot.freelancer,
        "debt_kept",
        f"{show(amount)} of {show(lot.left)} was kept for what you owed",
        about=("lot", lot.ref),
        url=f"{reverse('earnings')}?currency={lot.currency}",
        at=at,
        title=lot.title,
        whole=show(lot.left),
        amount=show(amount),
        yours=show(lot.left - amount),
        then=f"You still owe {show(left)}: {plan(lot.currency)}"
        if left
        else "You owe nothing any more.",
    )


def given_up(asked: DebtWriteOff, *, left: Money, at: datetime) -> None:
    """*left* is what came to be owed since it was asked for."""
    tell(
        asked.freelancer,
        "debt_given_up",
        f"You owe us {show(asked.given_up)} no more",
        about=("debt", asked.ref),
        url=f"{reverse('earnings')}?currency={asked.currency}",
        at=at,
        amount=show(asked.given_up),
        then=f"You still owe {show(left)}: {plan(asked.currency)}"
        if left
        else "You owe nothing any more.",
    )
