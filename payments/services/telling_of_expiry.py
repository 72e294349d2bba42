"""Word to who began a payment and did not finish it: it was cancelled, and is still to be paid."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import show
from billing_site.people.access import Deed
from payments.models import Charge
from payments.services.telling import tell


def expired(charge: Charge, *, at: datetime) -> None:
    """Write about what is owed. Of a milestone that was not funded its contract tells."""
    owed = charge.settlements.filter(open_item__isnull=False, open_item__closed_at__isnull=True)
    titles = list(owed.order_by("pk").values_list("title", flat=True))
    if not titles:
        return
    tell(
        charge.client,
        "payment_expired",
        f"{show(charge.asked)} was not paid: the payment was cancelled",
        about=("charge", charge.ref),
        url=charge.return_path,
        at=at,
        deed=Deed.FUND,
        amount=show(charge.asked),
        titles=", ".join(titles),
    )
