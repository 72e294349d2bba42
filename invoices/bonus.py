"""When a bonus can be given or asked for, and how large it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from billing_site.kernel.money import Money, show
from billing_site.kernel.transitions import NotAllowed
from invoices.fees import is_large_enough, smallest_price
from invoices.models import Contract

BONUS_STANDS = timedelta(days=365)  # after the contract ended


def check_bonus(contract: Contract, amount: Money, *, at: datetime) -> None:
    """Refuse a bonus that comes too early or too late, or is too small.

    :raises NotAllowed: in words for whoever wants to give it or asks for it.
    """
    if contract.state == Contract.State.ENDED and contract.ended_at:
        if at > contract.ended_at + BONUS_STANDS:
            last = contract.ended_at + BONUS_STANDS
            raise NotAllowed(
                f"{contract} ended more than a year ago: a bonus was possible until "
                f"{last.day} {last:%B %Y}."
            )
    elif contract.state not in Contract.IN_FORCE:
        raise NotAllowed(f"{contract} is {contract.get_state_display()}: it takes no bonus.")
    if str(amount.currency) != contract.currency:
        raise NotAllowed(f"{contract} is in {contract.currency}, and so is a bonus.")
    if not is_large_enough(amount):
        raise NotAllowed(f"A bonus is {show(smallest_price(contract.currency))} at least.")


def takes_bonus(contract: Contract, *, at: datetime) -> bool:
    """Whether the smallest bonus would be possible."""
    try:
        check_bonus(contract, smallest_price(contract.currency), at=at)
    except NotAllowed:
        return False
    return True
