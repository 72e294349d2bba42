"""What is said of a bank transfer that was promised and has not arrived."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min

from billing_site.kernel.money import show
from payments.models import Charge, Collection, OpenItem, PaymentMethod, PromisedTransfer
from payments.queries.standing import Standing


def to_client(promise: PromisedTransfer, standing: Standing | None, *, at: datetime) -> str:
    """Say what to send and until when; after that, or once it is given up, what becomes of it."""
    if promise.called_off_at:
        return "The bank transfer is being given up. What still arrives is your credit."
    until = f"{promise.until:%-d %B %Y}"
    said = f"Send {show(promise.missing)} from your bank, so that it is here by {until}."
    if soon := _charged_on(promise.charge, standing, at=at):
        return f"{said} It is not paid until then: on {soon} we charge what you have saved instead."
    return f"{said} It is paid when it arrives; until then nothing waits for it."


def _charged_on(charge: Charge, standing: Standing | None, *, at: datetime) -> str:
    """Say when something saved is charged for it, by this charge or by another for the same."""
    if not PaymentMethod.objects.filter(organization=charge.client_id).chargeable().exists():
        return ""
    if standing:
        return _moment(standing.next_try_at)
    items = OpenItem.objects.asked_for_by(charge).still_owed()
    collected = Collection.objects.waiting().filter(charge__in=Charge.objects.towards(items))
    if collected.exists():
        return _moment(collected.aggregate(soon=Min("next_try_at"))["soon"])
    due_on = items.aggregate(first=Min("due_on"))["first"]
    return f"{max(due_on, at.date()):%-d %B %Y}" if due_on else ""


def _moment(at: datetime | None) -> str:
    return f"{at:%-d %B, %H:%M} UTC" if at else ""
