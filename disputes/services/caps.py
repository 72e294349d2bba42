"""Up to which sum at stake a mediator rules alone. Above it a second person confirms."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from billing_site.kernel.money import Money, about, currency_of, show
from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from billing_site.platform import audit
from disputes.models import Dispute, Mandate
from disputes.models.sides import mediates

DEFAULT_CAP = 1_000  # about so many euros, for who has no mandate of their own


def cap_of(user: User, currency: str) -> Decimal:
    """Up to which sum at stake *user* decides and proposes alone."""
    mandate = Mandate.objects.filter(mediator=user, currency=currency).first()
    return mandate.cap.amount if mandate else about(DEFAULT_CAP, currency).amount


def takes_two(dispute: Dispute, by: User) -> bool:
    """Whether what *by* proposes or decides in it waits for a second person."""
    return bool(dispute.at_stake.amount > cap_of(by, dispute.currency))


@transaction.atomic
def entrust(mediator: User, cap: Money, *, by: User | SYSTEM, at: datetime) -> Mandate:
    """Say up to which sum at stake *mediator* rules alone in its currency, from now on.

    Nothing is a cap, too: whatever they rule takes two.

    :raises NotAllowed: they hear no cases.
    """
    if not mediates(mediator):
        raise NotAllowed(f"{mediator} hears no cases: make them a mediator first.")
    currency = currency_of(cap)
    mandate, _ = Mandate.objects.update_or_create(
        mediator=mediator, currency=currency, defaults={"cap": cap}
    )
    audit.record(by, "mandate.given", f"user/{mediator.pk}", at=at, cap=f"{currency} {cap.amount}")
    return mandate


@transaction.atomic
def take_back(mediator: User, *, by: User | SYSTEM, at: datetime) -> None:
    """Take every cap of *mediator*'s own away, also where they hear no cases any more.

    :raises NotAllowed: they have none.
    """
    mandates = Mandate.objects.select_for_update(no_key=True).filter(mediator=mediator)
    caps = [show(each.cap) for each in mandates.order_by("currency")]
    if not caps:
        raise NotAllowed(f"{mediator} has no cap of their own.")
    Mandate.objects.filter(mediator=mediator).delete()
    audit.record(by, "mandate.taken", f"user/{mediator.pk}", at=at, caps=caps)
