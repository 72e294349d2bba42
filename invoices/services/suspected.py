"""A client's bank suspects fraud, and two of our staff send back what is held of the payment."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from billing_site.kernel.money import show
from billing_site.kernel.transitions import SYSTEM
from billing_site.people import staff
from invoices.models import Milestone
from invoices.services.hold_deadlines import give_back, is_being_decided
from invoices.services.locking import lock_with_contract
from payments.models import Escrow
from payments.models.fraud_warning import DECIDE

SUSPECTED = SYSTEM("the client's bank suspects that somebody else paid")


@transaction.atomic
def send_back(escrow_id: int, *, at: datetime) -> bool:
    """Send back what an escrow holds, unless it is for work that was delivered; tell which.

    Then the two sides decide about it, or the bank does, and staff hears that it stayed. This
    posts to the books: call it last.
    """
    found = Milestone.objects.filter(escrow=escrow_id).values_list("pk", flat=True).first()
    milestone = lock_with_contract(found)[1] if found else None
    is_funded = milestone is not None and milestone.state == Milestone.State.FUNDED
    if milestone and is_funded and not is_being_decided(milestone):
        give_back(milestone, by=SUSPECTED, at=at)
        return True
    if Escrow.objects.filter(pk=escrow_id, state=Escrow.State.HELD).exists():
        _tell_staff(Escrow.objects.get(pk=escrow_id), at=at)
    return False


def _tell_staff(held: Escrow, *, at: datetime) -> None:
    staff.tell(
        DECIDE,
        text=f"{show(held.remaining)} of a payment that a bank suspects stays held: work was "
        "delivered for it, or it is being decided.",
        url=reverse("admin:payments_fraudwarning_changelist"),
        key=f"escrow/{held.ref}/suspected",
        at=at,
    )
