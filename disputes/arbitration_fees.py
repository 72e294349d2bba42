"""What an external arbiter costs each side, by what is at stake. Our own panel costs nothing."""

from __future__ import annotations

from billing_site.kernel.money import Money, about, proportion
from disputes.models import Dispute

SCALE = (  # up to about so many euros at stake, each side's share in cents of such
    (1_000, 5_000),
    (5_000, 15_000),
    (20_000, 33_750),
)
LARGEST = 67_500


def share_of(dispute: Dispute) -> Money:
    """Each side's half of what an external arbiter costs in this case."""
    stake, currency = dispute.at_stake, dispute.currency
    share = next((share for most, share in SCALE if stake <= about(most, currency)), LARGEST)
    return proportion(about(1, currency), share, 100)
