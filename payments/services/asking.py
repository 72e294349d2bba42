"""Asking a client for a payment that they make themselves, on a page, whenever they come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import Organization
from payments.models import Charge, Collection
from payments.services import charging
from payments.services.charging import Purpose


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
