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
from payments.models.charge_rows import ChargeQuerySet
from payments.services import charging, checkouts, method_order, trying
from payments.services.charging import Purpose

A_DAY = timedelta(days=1)
A_MOMENT = timedelta(minutes=1)  # until a page that is closed is known to be
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


def refuse_to_try(charge: Charge, collection: Collection, *, at: datetime) -> None:
    """Somebody wants all that is saved to be tried now.

    :raises NotAllowed: it may be being paid on a page, or nothing saved can be charged for it.
    """
    if until := in_somebodys_hands_until(charge, at=at):
        raise NotAllowed(
            f"Somebody may be paying it on a page, which is open until {until:%-d %B, %H:%M} UTC:"
            " pay it there, or wait until then. Nothing was charged."
        )
    if method_order.next_method(charge, collection) is None:
        raise NotAllowed(
            "Nothing that you have saved can be charged without you: pay it on a page, where your"
            " bank can ask you, or save another way to pay. Nothing was charged."
        )


def page_elsewhere(charge: Charge, *, at: datetime) -> Charge | None:
    """Return another payment for the same whose page is open; None: nothing else is paid."""
    pages = pages_for(charge, at=at)
    if pages.filter(pk=charge.pk).exists():
        return None
    return pages.order_by("page_expires_at").last()


def in_somebodys_hands_until(charge: Charge, *, at: datetime) -> datetime | None:
    """Return until when somebody may be paying it on a page, this charge's or another's."""
    if until := pages_for(charge, at=at).aggregate(until=Max("page_expires_at"))["until"]:
        return until
    return at + A_WHILE if _is_waited_for(charge, at=at) else None


def pause_until(charge: Charge, *, turn: datetime, at: datetime) -> datetime | None:
    """Return until when a round waits that was due at *turn*: somebody may be paying on a page."""
    turn = put_off(turn, by=_for_the_same(charge))
    if until := make_way(pages_for(charge, at=at), turn=turn, at=at):
        return until
    return at + A_WHILE if _is_waited_for(charge, at=at) else None


def put_off(turn: datetime, *, by: ChargeQuerySet) -> datetime:
    """Return the *turn*, or when a bank that was paying for the same said that it does not."""
    failed = by.filter(state=Charge.State.FAILED).aggregate(last=Max("finished_at"))["last"]
    return max(turn, failed or turn)


def make_way(pages: ChargeQuerySet, *, turn: datetime, at: datetime) -> datetime | None:
    """Return until when those *pages* are left to whoever pays on them; None: there are none.

    A day after our *turn* they have had their time. They are closed, and once the provider has
    done so nobody can pay on them, or has. Whoever calls this has locked what they are for.
    """
    until = pages.aggregate(until=Max("page_expires_at"))["until"]
    if until is None or at < turn + A_DAY:
        return until and min(until, turn + A_DAY)
    for pk in pages.order_by("pk").values_list("pk", flat=True):
        checkouts.close(Charge.objects.lock(pk), at=at)
    return at + A_MOMENT


def pages_for(charge: Charge, *, at: datetime) -> ChargeQuerySet:
    """Those that ask for the same on a page that is open, this one among them."""
    return _for_the_same(charge).on_open_pages(at=at)


def _for_the_same(charge: Charge) -> ChargeQuerySet:
    others = Charge.objects.towards(OpenItem.objects.asked_for_by(charge))
    return Charge.objects.filter(Q(pk=charge.pk) | Q(pk__in=others.values("pk")))


def _is_waited_for(charge: Charge, *, at: datetime) -> bool:
    asked = charge.commands.filter(
        kind=GatewayCommand.Kind.START_CHECKOUT, state__in=GatewayCommand.OPEN
    )
    if charge.state == Charge.State.ACTION_NEEDED or asked.exists():
        return True
    return _for_the_same(charge).filter(state__in=Charge.WAITING).about_to_open(at=at).exists()
