"""Up to which sum at stake a mediator rules alone. Above it a second person confirms."""

from __future__ import annotations

from decimal import Decimal

from billing_site.kernel.money import about
from billing_site.people.models import User
from disputes.models import Dispute, Mandate

DEFAULT_CAP = 1_000  # about so many euros, for who has no mandate of their own


def cap_of(user: User, currency: str) -> Decimal:
    """Up to which sum at stake *user* decides and proposes alone."""
    mandate = Mandate.objects.filter(mediator=user, currency=currency).first()
    return mandate.cap.amount if mandate else about(DEFAULT_CAP, currency).amount


def takes_two(dispute: Dispute, by: User) -> bool:
    """Whether what *by* proposes or decides in it waits for a second person."""
    return bool(dispute.at_stake.amount > cap_of(by, dispute.currency))
