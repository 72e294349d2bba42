"""What is held for no milestone, such as a week's, has a last day, too: who decides is warned.

Nothing of it goes back by itself: work was done for it, and somebody has to say whose it is.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from billing_site.kernel.money import show
from billing_site.kernel.sweeping import one_by_one
from billing_site.people import staff
from billing_site.people.access import Deed
from invoices.models import Invoice
from invoices.models.milestone_rows import RETURN_AT
from invoices.queries.held_long import SHARES, to_warn
from invoices.services.hold_deadlines import MEDIATE
from invoices.services.locking import lock_from_the_top
from invoices.services.telling import date_words, tell
from payments.models import Escrow


def warn(*, at: datetime) -> list[Escrow]:
    """Tell both sides and our staff at 60, 75, 85 and 95 %; from then on, our staff each day."""
    keys = to_warn(at=at).order_by("pk").values_list("pk", flat=True)
    return one_by_one(keys, lambda pk: _warn(pk, at=at), to="warn of held money")


@transaction.atomic
def _warn(escrow_id: int, *, at: datetime) -> Escrow | None:
    open_one = Invoice.objects.filter(escrow=escrow_id).exclude(state__in=Invoice.DONE)
    pk = open_one.order_by("-pk").values_list("pk", flat=True).first()
    invoice = lock_from_the_top(pk)[1] if pk else None
    held = Escrow.objects.lock(escrow_id)
    if held.state != Escrow.State.HELD:
        return None
    moments = [held.holding_until(share) for share in SHARES]
    due = sum(moment <= at for moment in moments)
    if due == len(SHARES):
        _tell_staff(held, key=f"{at:%Y-%m-%d}", at=at)
    if due <= held.hold_warnings:
        return None
    held.hold_warnings = due
    held.save(update_fields=["hold_warnings"])
    if due < len(SHARES):
        _tell_staff(held, key=str(due), at=moments[due - 1])
    if invoice:
        _tell_both(held, invoice, key=f"hold/{due}", at=moments[due - 1])
    return held


def _tell_staff(held: Escrow, *, key: str, at: datetime) -> None:
    staff.tell(
        MEDIATE,
        text=f"{show(held.remaining)} for “{held.title}” of {held.client} can be held until"
        f" {date_words(held.holding_until(RETURN_AT))}, and nobody has decided.",
        url=reverse("admin:payments_escrow_change", args=[held.pk]),
        key=f"escrow/{held.ref}/hold/{key}",
        at=at,
    )


def _tell_both(held: Escrow, invoice: Invoice, *, key: str, at: datetime) -> None:
    until = date_words(held.holding_until(RETURN_AT))
    sides = [(invoice.recipient, Deed.APPROVE), (invoice.issuer, Deed.WORK)]
    for organization, deed in sides:
        tell(
            organization,
            deed,
            invoice,
            template="hold_warning_of_invoice",
            subject=f"{show(held.remaining)} for “{invoice.title}” can be held until {until}",
            key=f"{key}/{organization.ref}",
            at=at,
            client=str(invoice.recipient),
            freelancer=str(invoice.issuer),
            price=show(held.remaining),
            until=until,
            to_client=organization.pk == invoice.recipient_id,
        )
