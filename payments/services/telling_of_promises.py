"""Word to who promised a bank transfer that did not come."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import show
from billing_site.people.access import Deed
from payments.models import PromisedTransfer
from payments.services.telling import tell


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
