"""What each payment brought to what a freelancer may withdraw, out of the books."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from ledger.queries.entries import moved_on

# Their keys begin with the lot that they are about.
OF_LOTS = (
    "make_available",
    "recover_debt",
    "recover_given_up",
    "refund_released",
    "lose_chargeback",
    "return_loss",
)


def brought(freelancer: int, currency: str, *, until: datetime) -> Counter[str]:
    """Return in minor units, by a lot's ref, what it made available by then and did not take back.

    What went back while it was pending never became available, nor did what was kept for a debt.
    What went back later was taken out of what was available, whichever release had brought that.
    """
    code = f"freelancer:{freelancer}:available"
    sums: Counter[str] = Counter()
    for key, minor in moved_on(code, currency, kinds=OF_LOTS, until=until):
        sums[key.split("/")[1]] += minor
    return sums
