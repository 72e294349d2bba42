"""Whose hours are protected: those for clients who can be charged, and who pay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, Subquery

from billing_site.people.models import Organization
from payments.models import PaymentMethod, Restriction


class Payer(NamedTuple):
    is_verified: bool  # they have a payment method that can be charged
    unprotected_from: datetime | None  # they are late: new hours are not protected since then


def payers(client_ids: Collection[int], *, on: date) -> dict[int, Payer]:
    """Return of each of the clients what protection asks of them, on that day."""
    usable = PaymentMethod.objects.chargeable().filter(
        Q(expires_on__isnull=True) | Q(expires_on__gte=on), organization=OuterRef("pk")
    )
    late = Restriction.objects.standing().filter(
        organization=OuterRef("pk"), hours_since__isnull=False
    )
    found = Organization.objects.filter(pk__in=client_ids).order_by()
    rows = found.values_list("pk", Exists(usable), Subquery(late.values("hours_since")[:1]))
    return {pk: Payer(is_verified, since) for pk, is_verified, since in rows}
