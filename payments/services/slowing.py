"""What was to be paid at once and cannot be: it goes as others do, and costs what others cost."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import zero
from ledger import movements
from ledger.services.posting import post
from payments.gateways.base import GatewayError
from payments.models import Payout
from payments.queries.payout_cost import arrival, payout_fee
from payments.services import sending, setting_aside, telling
from payments.services.coming_back import lock_with_payee

NOT_READY = "The provider does not have the money ready to be paid at once."
NOT_THERE = "Your bank or card takes nothing at once."
REASONS = {
    "balance_insufficient": NOT_READY,
    "instant_payouts_limit_exceeded": "The provider pays no more at once today.",
    "instant_payouts_unsupported": NOT_THERE,
    "instant_payouts_config_disabled": NOT_THERE,
    "instant_payouts_currency_disabled": "The provider pays nothing at once in this currency.",
}


def why(refusal: GatewayError) -> str:
    """What the provider's refusal means, for the freelancer."""
    return REASONS.get(getattr(refusal, "code", ""), "The provider could not pay it at once.")


@transaction.atomic
def slow_down(payout_id: int, *, why: str, at: datetime) -> Payout:
    """Have it paid as others are, and give back what of its fee that costs less.

    What reaches the bank stays what was agreed to. Again it changes nothing. This posts: call
    it last.
    """
    payee, payout = lock_with_payee(payout_id)
    on_its_way = payout.state in {Payout.State.SENDING, Payout.State.SENT}
    if not (payout.is_instant and on_its_way):
        return payout
    back = max(payout.fee - payout_fee(payout.currency), zero(payout.currency))
    payout.speed, payout.fee_back = Payout.Speed.STANDARD, back
    payout.slowed_at, payout.slowed_for = at, why[:300]
    payout.arrives_on = arrival(payout.speed, payout.freelancer, sent_at=at)
    payout.save(update_fields=["speed", "fee_back", "slowed_at", "slowed_for", "arrives_on"])
    telling.payout_slowed(payout, at=at)
    if payout.state == Payout.State.SENT:
        sending.ask_to_pay(payout, payee, at=at)
    if back:
        post(
            movements.slow_payout(
                payout=payout.ref, freelancer=payout.freelancer_id, fee_back=back, at=at
            )
        )
        setting_aside.add(payout.freelancer_id, back, at=at)
    return payout
