"""Having the provider wait no longer for bank transfers that a client chose and did not send."""

from __future__ import annotations

from datetime import datetime

from payments.models import Charge, GatewayCommand, OpenItem, PromisedTransfer
from payments.services.commands import enqueue


def call_off(charge: Charge, *, at: datetime, but: str = "") -> bool:
    """Ask to wait for none of its promises any more; tell whether one is still open.

    Whoever calls this has locked the charge. *but*: the payment that is not called off.
    """
    promises = list(charge.promises.open().exclude(payment_id=but).order_by("pk"))
    for promise in promises:
        if promise.called_off_at is None:
            call_off_one(charge, promise, at=at)
    return bool(promises)


def call_off_beside(charge: Charge, *, at: datetime) -> bool:
    """The same for all that is begun for what *charge* is for, on whatever page it was promised.

    Whoever calls this has locked the charge, and what it is for.
    """
    same = Charge.objects.towards(OpenItem.objects.asked_for_by(charge))
    open_ = PromisedTransfer.objects.open().filter(charge__in=same.values("pk"))
    others = sorted(set(open_.exclude(charge=charge).values_list("charge", flat=True)))
    told = [call_off(Charge.objects.lock(pk), at=at) for pk in others]
    return call_off(charge, at=at) or any(told)


def call_off_one(charge: Charge, promise: PromisedTransfer, *, at: datetime) -> None:
    promise.called_off_at = at
    promise.save(update_fields=["called_off_at"])
    params = {"payment_id": promise.payment_id}
    enqueue(GatewayCommand.Kind.CANCEL_PAYMENT, charge, params, at=at)
