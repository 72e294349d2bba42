"""What an external arbiter costs each side, by what is at stake. Our own panel costs nothing."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from billing_site.kernel.money import EXPONENTS, Money
from disputes.models import Dispute

SCALE = (  # up to so much at stake, each side's share, both of the dispute's currency
    (Decimal(1_000), Decimal(50)),
    (Decimal(5_000), Decimal(150)),
    (Decimal(20_000), Decimal("337.50")),
)
LARGEST = Decimal(675)


def share_of(dispute: Dispute) -> Money:
    """Each side's half of what an external arbiter costs in this case."""
    stake = dispute.at_stake.amount
    share = next((share for most, share in SCALE if stake <= most), LARGEST)
    places = Decimal(1).scaleb(-EXPONENTS[dispute.currency])
    return Money(share.quantize(places, ROUND_HALF_UP), dispute.currency)
