"""Who has not paid what is due may not promise more; that ends with the last payment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from billing_site.kernel.money import show
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import Organization
from payments.models import Charge, Collection, Payer, Restriction
from payments.services import collection_news

FREELANCERS_KNOW_AFTER = timedelta(days=3)
NEW_CONTRACTS = Restriction.Scope.NEW_CONTRACTS


def restrict(charge: Charge, *, at: datetime) -> None:
    """*charge* was tried in vain: until it is paid, its client offers no new contracts."""
    _hold(charge.client, at=at)
    Restriction.objects.get_or_create(
        organization=charge.client,
        scope=NEW_CONTRACTS,
        ended_at=None,
        defaults={"reason": f"{show(charge.amount)} could not be charged", "since": at},
    )


def lift_if_settled(client: Organization, *, at: datetime) -> None:
    """End what *client* may not do, if nothing of theirs is late any more.

    Whoever ends a charge calls this in the same transaction.
    """
    if not Collection.objects.filter(charge__client=client, late_since__isnull=False).exists():
        return
    _hold(client, at=at)
    if not Collection.objects.late().filter(charge__client=client).exists():
        Restriction.objects.open_of(client).update(ended_at=at)


def refuse_new_contracts(client: Organization) -> None:
    """:raises NotAllowed: something of theirs is late."""
    found = Restriction.objects.open_of(client).filter(scope=NEW_CONTRACTS).first()
    if found:
        raise NotAllowed(
            f"{client} cannot offer new contracts at the moment: {found.reason}. "
            "It can again as soon as that is paid. Nothing was sent."
        )


@transaction.atomic
def tell_freelancers(charge_id: int, *, at: datetime) -> Charge:
    """Say to those who wait for *charge* that it is late. Once."""
    charge = Charge.objects.lock(charge_id)
    collection = Collection.objects.late().filter(charge=charge, freelancers_told_at=None).first()
    if collection:
        collection_news.payment_is_late(charge, at=at)
        collection.freelancers_told_at = at
        collection.save(update_fields=["freelancers_told_at"])
    return charge


def tell_all_freelancers(*, at: datetime) -> list[Charge]:
    late = Collection.objects.late().filter(
        freelancers_told_at=None, late_since__lte=at - FREELANCERS_KNOW_AFTER
    )
    keys = late.order_by("late_since", "pk").values_list("charge", flat=True)
    return [tell_freelancers(pk, at=at) for pk in list(keys)]


def _hold(client: Organization, *, at: datetime) -> None:
    """What is late and what is paid of one client are looked at by one after the other."""
    Payer.objects.get_or_create(organization=client, defaults={"created_at": at})
    Payer.objects.lock_of(client.pk)
