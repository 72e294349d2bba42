"""What a mediator decides at once, because hearing it longer would cost more than it is worth."""

from __future__ import annotations

from billing_site.kernel.money import Money, about, currency_of

MOST = 250  # about so many euros


def is_small(claim: Money) -> bool:
    return claim <= about(MOST, currency_of(claim))
