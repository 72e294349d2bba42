"""The provider wants to know more of a freelancer by a day, after which it pays them nothing.

They are told when a day is set and when it becomes another, and once more shortly before it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from billing_site.platform.queue import later
from payments.gateways.base import PayeeState
from payments.models import Payee
from payments.services import telling_of_payees

LAST_CALL = timedelta(days=3)


def note(payee: Payee, state: PayeeState, *, at: datetime) -> None:
    """Write down what is asked of a payee, who is locked, and tell them of a new day."""
    was = payee.wanted_by
    payee.wanted, payee.wanted_by = state.wanted, state.wanted_by
    payee.save(update_fields=["wanted", "wanted_by"])
    if payee.wanted_by is None or payee.wanted_by == was or payee.wanted_by <= at:
        return
    telling_of_payees.wanted(payee, at=at)
    last_call = payee.wanted_by - LAST_CALL
    if last_call > at:
        key = f"payee/{payee.ref}/wanted/{payee.wanted_by.isoformat()}"
        later("payments.tasks.remind_of_facts", key=key, after=last_call, payee_pk=payee.pk)


@transaction.atomic
def remind(payee_id: int, *, at: datetime) -> bool:
    """Say that the day is near; not if nothing is asked any more, or it has become a later one."""
    payee = Payee.objects.lock(payee_id)
    if payee.wanted_by is None or not at < payee.wanted_by <= at + LAST_CALL:
        return False
    telling_of_payees.wanted_soon(payee, at=at)
    return True
