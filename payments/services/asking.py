"""Asking a client for a payment that they make themselves, on a page, whenever they come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q

from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import Organization, User
from payments.gateways.sums import problem_with
from payments.models import Charge, Collection, GatewayCommand, OpenItem, Settlement
from payments.services import charging, trying
from payments.services.charging import Purpose

A_WHILE = timedelta(hours=1)  # until a page that was asked for is there, or is not


@transaction.atomic
def ask(
    *,
    payer: Organization,
    purposes: Sequence[Purpose],
    by: SYSTEM,
    at: datetime,
    return_path: str = "/payments/",
) -> Charge:
    """Make a charge that waits for *payer*. Nothing that they have saved is tried by itself.

    Their credit pays first. What is left they pay on the charge's own page.
    """
    charge = charging.write_down(
        payer=payer, purposes=purposes, by=by, at=at, return_path=return_path
    )
    if charge.asked:  # Else it is paid already, by their credit.
        Collection.objects.create(charge=charge, began_at=at)
    return charge


def for_page(charge: Charge, collection: Collection, *, by: User, at: datetime) -> None:
    """Have a page opened where *by* pays it, unless somebody may be paying it on one now.

    Whoever calls this has locked the charge.

    :raises NotAllowed: there is no rate for what they want to pay in, or the provider moves no
        such sum.
    """
    if in_somebodys_hands_until(charge, at=at) is None:
        trying.set_rate(charge, collection, at=at)
        if problem := problem_with(charge.charged):
            raise NotAllowed(f"{problem} Nothing was charged.")
        charging.ask_for_page(charge, by=by, at=at)


def lock_what_is_paid(charge_id: int) -> tuple[Charge, list[Settlement]]:
    """Lock what is paid in the place of a charge by now, and what it is for; or the charge."""
    found = Charge.objects.last_in_place_of(Charge.objects.get(pk=charge_id))
    charge, settlements = charging.lock(found.pk)
    last = Charge.objects.last_in_place_of(charge)  # Another one was given up meanwhile.
    return (charge, settlements) if last == charge else charging.lock(last.pk)


def in_somebodys_hands_until(charge: Charge, *, at: datetime) -> datetime | None:
    """Return until when somebody may be paying it on a page, this charge's or another's."""
    others = Charge.objects.towards(OpenItem.objects.asked_for_by(charge))
    pages = Charge.objects.filter(
        Q(pk=charge.pk) | Q(pk__in=others.values("pk")),
        state__in=Charge.WAITING,
        page_expires_at__gt=at,
    ).exclude(page_url="")
    if until := pages.aggregate(until=Max("page_expires_at"))["until"]:
        return until
    asked = charge.commands.filter(
        kind=GatewayCommand.Kind.START_CHECKOUT, state__in=GatewayCommand.OPEN
    )
    is_waited_for = charge.state == Charge.State.ACTION_NEEDED or asked.exists()
    return at + A_WHILE if is_waited_for else None
