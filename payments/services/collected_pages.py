"""What becomes of the page on which a charge that we collect could be paid."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.transitions import SYSTEM, take
from payments.models import Charge, Collection
from payments.services import charging


@transaction.atomic
def page_refused(charge_id: int, *, problem: str, at: datetime) -> Charge:
    """The gateway opens no page for it. What is collected can be paid otherwise."""
    charge, _ = charging.lock(charge_id)
    if not is_collected(charge):
        return charging.page_refused(charge_id, problem=problem, at=at)
    charge.problem = problem[:300]
    charge.save(update_fields=["problem"])
    return charge


@transaction.atomic
def page_closed(charge_id: int, *, session_id: str, at: datetime) -> Charge:
    """The page where it could be paid is gone: the rounds go on, where there are any left."""
    charge, _ = charging.lock(charge_id)
    if charge.session_id != session_id:
        return charge  # There is another page by now.
    charge.page_url = ""
    charge.save(update_fields=["page_url"])
    if charge.state == Charge.State.ACTION_NEEDED:
        by = SYSTEM("its payment page expired")
        take(charge.reopen, by=by, at=at, problem="The payment was not confirmed.")
    return charge


def is_collected(charge: Charge) -> bool:
    return Collection.objects.filter(charge=charge).exists()
