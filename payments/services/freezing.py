"""Keeping money where it is while somebody decides whose it becomes. This posts nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from billing_site.kernel.transitions import SYSTEM, NotAllowed, WrongState
from billing_site.people.models import User
from payments.models import Escrow, Freeze
from payments.queries.frozen import why_frozen

FREEZABLE = (Escrow.State.EXPECTED, Escrow.State.HELD)


@transaction.atomic
def freeze(
    escrow_id: int, *, cause: Freeze.Cause, reason: str, by: User | SYSTEM, at: datetime
) -> Freeze:
    """Let nothing leave the escrow until this cause ends; a second time changes nothing.

    Who stops a review with it calls `invoices.services.clocks.go_on` when it ends.

    :raises WrongState: the money has left already.
    """
    escrow = Escrow.objects.lock(escrow_id)
    if open_one := Freeze.objects.open().filter(escrow=escrow, cause=cause).first():
        return open_one
    if escrow.state not in FREEZABLE:
        raise WrongState(
            f"Nothing of “{escrow.title}” can be kept: it is {escrow.get_state_display()}."
        )
    return Freeze.objects.create(
        escrow=escrow, cause=cause, reason=reason, opened_at=at, opened_by=_person(by)
    )


@transaction.atomic
def unfreeze(escrow_id: int, *, cause: Freeze.Cause, by: User | SYSTEM, at: datetime) -> Freeze:
    """End what this cause began. What other causes began stands until they end.

    :raises WrongState: this cause keeps nothing there.
    """
    escrow = Escrow.objects.lock(escrow_id)
    freeze = Freeze.objects.open().filter(escrow=escrow, cause=cause).first()
    if freeze is None:
        raise WrongState(f"“{escrow.title}” is not kept because {Freeze.Cause(cause).label}.")
    freeze.ended_at, freeze.ended_by = max(at, freeze.opened_at), _person(by)
    freeze.save(update_fields=["ended_at", "ended_by"])
    return freeze


def refuse_if_frozen(escrow: Escrow) -> None:
    """Say why nothing can leave. The caller has locked the escrow.

    :raises NotAllowed: a freeze is open.
    """
    if why := why_frozen(escrow):
        raise NotAllowed(f"The money held for “{escrow.title}” stays where it is: {why}.")


def stood_still(freezes: Iterable[Freeze], *, since: datetime, until: datetime) -> timedelta:
    """Return how long at least one of *freezes* stood between the two moments."""
    stood, counted_to = timedelta(0), since
    for freeze in sorted(freezes, key=lambda each: each.opened_at):
        begins = max(freeze.opened_at, counted_to)
        ends = min(freeze.ended_at or until, until)
        if begins < ends:
            stood += ends - begins
            counted_to = ends
    return stood


def _person(by: User | SYSTEM) -> User | None:
    return None if isinstance(by, SYSTEM) else by
