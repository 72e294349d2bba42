"""Which clients can be expected to pay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from payments.models import PaymentMethod


def verified_payers(client_ids: Collection[int], *, on: date) -> set[int]:
    """Return those of the clients who have a payment method that can be charged on that day."""
    usable = PaymentMethod.objects.chargeable().filter(
        Q(expires_on__isnull=True) | Q(expires_on__gte=on), organization__in=client_ids
    )
    return {method.organization_id for method in usable}
