"""What finance operations make of a difference between the provider's balance and our books."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.transitions import take
from billing_site.people.models import User
from payments.models import ReconciliationDifference


@transaction.atomic
def explain(difference_id: int, *, reason: str, by: User, at: datetime) -> ReconciliationDifference:
    """Leave it as it is, and say what it is.

    :raises WrongState: somebody was faster.
    :raises NotYours: *by* is not one of finance operations.
    """
    difference = ReconciliationDifference.objects.lock(difference_id)
    take(difference.explain, by=by, at=at, note=reason)
    return difference


@transaction.atomic
def resolve(difference_id: int, *, reason: str, by: User, at: datetime) -> ReconciliationDifference:
    """Say what was done about it, at the provider or in the books.

    :raises WrongState: somebody was faster.
    :raises NotYours: *by* is not one of finance operations.
    """
    difference = ReconciliationDifference.objects.lock(difference_id)
    take(difference.resolve, by=by, at=at, note=reason)
    return difference
