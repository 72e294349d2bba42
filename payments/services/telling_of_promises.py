"""Word to who promised a bank transfer that did not come, and of what came of it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import Money, show, to_minor
from billing_site.people import staff
from billing_site.people.access import Deed
from payments.models import Charge, PromisedTransfer
from payments.services.telling import tell

FINANCE = "payments.change_straypayment"


def given_up(promise: PromisedTransfer, *, at: datetime) -> None:
    charge = promise.charge
    tell(
        charge.client,
        "transfer_given_up",
        f"Your bank transfer of {show(promise.missing)} has not come",
        about=("charge", charge.ref),
        url=charge.get_absolute_url(),
        at=at,
        deed=Deed.FUND,
        key_ends=f"/{promise.payment_id[-40:]}",
        amount=show(promise.missing),
        titles=charge.what_for,
    )


def part_stays(charge: Charge, payment_id: str, there: Money, *, at: datetime) -> None:
    """To finance: only at the provider can it be given back, or be made the client's cash."""
    staff.tell(
        FINANCE,
        text=f"{show(there)} of a bank transfer that {charge.client} did not send whole stays with"
        f" the provider, in {payment_id}: it is nobody's credit here. Ask the client for the rest,"
        " or have the provider give it back.",
        url=reverse("admin:payments_charge_change", args=[charge.pk]),
        key=f"promise/{payment_id}/{to_minor(there)}",
        at=at,
    )
