"""Staff keeps held money where it is while it looks into something, and lets it go on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import show
from billing_site.kernel.transitions import NotYours
from billing_site.people.access import Deed
from billing_site.people.models import User
from billing_site.platform import audit
from invoices.models import Invoice, Milestone
from invoices.services import clocks
from invoices.services.locking import lock_above
from invoices.services.telling import tell
from payments.models import Escrow, Freeze
from payments.services import freezing

MAY = "payments.add_freeze"


@transaction.atomic
def keep(escrow_id: int, *, reason: str, by: User, at: datetime) -> Freeze:
    """Let nothing leave, and nobody's time to answer run, until staff lets it go on.

    :raises NotYours: *by* is not of those who may.
    :raises WrongState: the money has left already.
    """
    _check(by)
    frozen = freezing.freeze(escrow_id, cause=Freeze.Cause.STAFF, reason=reason, by=by, at=at)
    _record(by, "escrow.kept", escrow_id, reason, at=at)
    _tell_both(frozen, "money_kept", "{amount} for “{title}” stays where it is", reason, at=at)
    return frozen


@transaction.atomic
def let_go(escrow_id: int, *, reason: str, by: User, at: datetime) -> Freeze:
    """End it: what stood still goes on, with the time that it stood. Other causes stay.

    :raises NotYours: *by* is not of those who may.
    :raises WrongState: staff keeps nothing there.
    """
    _check(by)
    lock_above(escrow_id)
    ended = freezing.unfreeze(escrow_id, cause=Freeze.Cause.STAFF, by=by, at=at)
    clocks.go_on(escrow_id, at=at)
    _record(by, "escrow.let_go", escrow_id, reason, at=at)
    _tell_both(ended, "money_let_go", "{amount} for “{title}” goes on", reason, at=at)
    return ended


def _check(by: User) -> None:
    if not (by.is_active and by.is_staff and by.has_perm(MAY)):
        raise NotYours(f"It is not for {by} to keep money.")


def _record(by: User, deed: str, escrow_id: int, reason: str, *, at: datetime) -> None:
    ref = Escrow.objects.values_list("ref", flat=True).get(pk=escrow_id)
    audit.record(by, deed, f"escrow/{ref}", at=at, reason=reason)


def _tell_both(frozen: Freeze, template: str, subject: str, reason: str, *, at: datetime) -> None:
    """Whoever pays and whoever works read the same words; the same freeze is told of once."""
    escrow = Escrow.objects.select_related("client", "freelancer").get(pk=frozen.escrow_id)
    thing = _subject(escrow)
    if thing is None:
        return  # What is not begun yet concerns nobody.
    others = Freeze.objects.open().filter(escrow=escrow).exclude(pk=frozen.pk).order_by("pk")
    facts = {
        "amount": show(escrow.remaining),
        "title": thing.title,
    }
    for organization, deeds in (
        (escrow.client, (Deed.FUND, Deed.APPROVE)),
        (escrow.freelancer, (Deed.WORK,)),
    ):
        for deed in deeds:
            tell(
                organization,
                deed,
                thing,
                template=template,
                subject=subject.format(**facts),
                key=f"{template}/{frozen.pk}/{organization.ref}",
                at=at,
                reason=reason,
                also=[each.get_cause_display() for each in others],
                **facts,
            )


def _subject(escrow: Escrow) -> Milestone | Invoice | None:
    milestone = Milestone.objects.filter(escrow=escrow).first()
    return milestone or Invoice.objects.filter(escrow=escrow).order_by("pk").last()
