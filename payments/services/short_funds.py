"""Our own balance at the provider does not hold what is to go out: who has to know that, does."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from billing_site.people import staff
from payments.models import GatewayCommand, Payout, Refund
from payments.queries.payout_cost import arrival
from payments.services import telling
from payments.services.commands import TRY_AGAIN

LIST = "admin:payments_gatewaycommand_changelist"


def tell_finance(command: GatewayCommand, *, at: datetime) -> None:
    """Once a day and currency, as long as anything waits."""
    url = f"{reverse(LIST)}?state__exact=queued"
    _tell(str(command.subject), command.params["currency"], url, at=at)


def tell_of_refund(refund: Refund, currency: str, *, at: datetime) -> None:
    """The provider took it and keeps it until our balance holds it."""
    _tell(str(refund), currency, reverse("admin:payments_refund_changelist"), at=at)


def _tell(waiting: str, currency: str, url: str, *, at: datetime) -> None:
    staff.tell(
        TRY_AGAIN,
        text=f"Our balance at the provider holds too little in {currency}: {waiting} waits"
        " for it. See what is still settling, or top it up and note that: take_income --top-up.",
        url=url,
        key=f"funds/{currency}/{at:%Y-%m-%d}",
        at=at,
    )


@transaction.atomic
def move_arrival(payout_id: int, *, at: datetime) -> Payout:
    """Promise no day that cannot be kept; the freelancer is told the first time."""
    payout = Payout.objects.lock(payout_id)
    arrives_on = arrival(payout.speed, payout.freelancer, sent_at=at)
    is_promised = payout.state == Payout.State.SENDING and not payout.is_instant
    if not is_promised or arrives_on <= payout.arrives_on:
        return payout  # What was to be paid at once has its own words.
    payout.arrives_on = arrives_on
    payout.save(update_fields=["arrives_on"])
    telling.payout_delayed(payout, at=at)
    return payout
