"""In which order a client's ways to pay are charged. Whoever changes it has locked the payer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from payments.models import Charge, ChargeAttempt, Collection, PaymentMethod

# No client has so many: there each can stand while all of them change places.
ASIDE = 10_000


def take_out(method: PaymentMethod, *, at: datetime) -> None:
    """Those behind it move up, so that there is a primary as long as there is any."""
    method.removed_at, method.warn_at = at, None
    method.save(update_fields=["removed_at", "warn_at"])
    arrange(ours(method))


def ours(method: PaymentMethod) -> list[PaymentMethod]:
    """All that are there, in their order; what cannot be charged stands behind the others."""
    present = PaymentMethod.objects.filter(organization=method.organization_id).present()
    return sorted(present, key=lambda each: not each.is_usable)


def successor(method: PaymentMethod) -> PaymentMethod | None:
    """What is charged first now."""
    ours = PaymentMethod.objects.filter(organization=method.organization_id)
    return ours.chargeable().first()


def next_method(charge: Charge, collection: Collection) -> PaymentMethod | None:
    """The first that this round has not tried, and whose bank does not wait for its owner."""
    if collection.only:
        return None if collection.attempts.exists() else collection.only
    ours = PaymentMethod.objects.filter(organization=charge.client_id).chargeable()
    tried = collection.attempts.filter(round=collection.rounds)
    unconfirmed = collection.attempts.filter(outcome=ChargeAttempt.Outcome.TO_CONFIRM)
    return (
        ours.exclude(pk__in=tried.values("method"))
        .exclude(pk__in=unconfirmed.values("method"))
        .first()
    )


def arrange(methods: Sequence[PaymentMethod]) -> None:
    keys = [method.pk for method in methods]
    PaymentMethod.objects.filter(pk__in=keys).update(position=F("position") + ASIDE)
    for position, method in enumerate(methods):
        method.position = position
        method.save(update_fields=["position"])
