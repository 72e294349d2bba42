"""What a contract asks for, as its whole cost is counted."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import Money
from invoices.models import Contract, Milestone
from invoices.queries.hourly_terms import hourly_terms


def prices_of(contract: Contract, *, at: datetime) -> list[Money]:
    """What the milestones that count cost, in their order.

    By the hour that is a week at the limit; of a retainer it is a whole period.
    """
    if contract.is_hourly:
        return [hourly_terms(contract, at=at).week_price]
    if contract.is_retainer:
        return [contract.retainer.amount]
    live = contract.milestones.exclude(state=Milestone.State.CANCELLED)
    return [milestone.price for milestone in live.order_by("position")]
