"""What a freelancer reads when a part of a payment is kept because they owe us something."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import Money, show
from payments.models import Lot
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
        then=f"You still owe {show(left)}: {plan()}" if left else "You owe nothing any more.",
    )
