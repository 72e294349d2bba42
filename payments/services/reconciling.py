"""What we fetched from the gateway, and which of our rows it is about."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from payments.gateways.base import (
    CashState,
    CheckoutState,
    DisputeState,
    FraudWarningState,
    MandateState,
    MethodState,
    PayeeState,
    PaymentState,
    PayoutState,
    RefundState,
    SetupState,
    Snapshot,
    TopUpState,
)
from payments.models import (
    BankTransfer,
    Charge,
    FraudWarning,
    GatewayEvent,
    Payee,
    Payer,
    PaymentMethod,
    Payout,
    Refund,
)
from payments.services import (
    bank_transfers,
    chargebacks,
    following,
    fraud_warnings,
    method_news,
    payees,
    refunds,
    returned_top_ups,
    sending,
)
from payments.services.charging import charge_of
from payments.services.commands import let_go_on

FUNDS = "balance.available"
Told = (
    Charge
    | Refund
    | Payout
    | Payee
    | PaymentMethod
    | BankTransfer
    | chargebacks.News
    | FraudWarning
    | None
)


class UnknownObject(LookupError):
    """It names nothing of ours. Our own commit may be later than the event: ask again soon."""


@transaction.atomic
def reconcile(  # noqa: C901, PLR0911, PLR0912 -- a table: a kind of object a line
    event: GatewayEvent, snapshot: Snapshot | None, *, at: datetime
) -> Told:
    """Bring our row to where the gateway's object is; return it, or None if it is none of ours.

    Who has more to lock or to do for it (`GATEWAY_EVENT_TASK`) does so around this call,
    in the same transaction. This posts to the books.

    :raises UnknownObject: the object should be ours, and is not there.
    """
    if event.type == FUNDS:
        let_go_on(gateway=event.gateway, account=event.account, at=at)
    match snapshot:
        case CheckoutState() if Payer.objects.filter(ref=snapshot.reference).exists():
            return _saved(snapshot, at=at)
        case SetupState():
            return _saved(snapshot, at=at)
        case CheckoutState():
            return following.checkout(_charge(snapshot).pk, snapshot, at=at)
        case PaymentState():
            return following.payment(_charge(snapshot).pk, snapshot, at=at)
        case RefundState():
            return refunds.follow(_find(Refund, ref=snapshot.reference), snapshot, at=at)
        case PayoutState() if not (snapshot.account or snapshot.reference):
            return None  # Our own balance was paid out: what that was is compared by its lines.
        case PayoutState():
            return sending.follow(_find(Payout, ref=snapshot.reference), snapshot, at=at)
        case PayeeState():
            return payees.follow(_payee(snapshot), snapshot, at=at)
        case MethodState():
            return method_news.follow(snapshot, at=at)
        case CashState():
            return bank_transfers.follow(snapshot, at=at)
        case TopUpState():
            returned_top_ups.follow(snapshot, at=at)
            return None
        case MandateState():
            return method_news.follow_mandate(snapshot, at=at)
        case DisputeState() if charge := chargebacks.charge_of(snapshot):
            return chargebacks.follow(charge.pk, snapshot, at=at)
        case FraudWarningState() if charge := fraud_warnings.charge_of(snapshot):
            return fraud_warnings.follow(charge, snapshot, at=at)
        case FraudWarningState():
            raise UnknownObject(f"payment {snapshot.payment_id}, which a bank suspects")
        case DisputeState():
            raise UnknownObject(f"payment {snapshot.payment_id}, which a bank wants back")
    return None  # Transfers are answered where they are asked for.


def _saved(snapshot: CheckoutState | SetupState, *, at: datetime) -> PaymentMethod | None:
    """None: it waits to be verified, could not be, or was saved for nobody of ours."""
    payer = Payer.objects.filter(ref=snapshot.reference).first()
    if payer and isinstance(snapshot, SetupState) and snapshot.failed:
        method_news.could_not_verify(payer.pk, snapshot, at=at)
    if payer is None or snapshot.method is None:
        return None
    return method_news.keep(payer.pk, snapshot.method, at=at)


def _payee(snapshot: PayeeState) -> int:
    """One that cannot be read any more names only its account."""
    if snapshot.reference:
        return _find(Payee, ref=snapshot.reference)
    found = Payee.objects.filter(account=snapshot.account).values_list("pk", flat=True).first()
    if found is None:
        raise UnknownObject(f"payee of {snapshot.account}")
    return found


def _charge(snapshot: CheckoutState | PaymentState) -> Charge:
    charge = charge_of(snapshot)
    if charge is None:
        raise UnknownObject(f"payment of {snapshot.reference or 'nothing of ours'}")
    return charge


def _find(model: type[Refund | Payout | Payee], *, ref: str) -> int:
    found: int | None = model.objects.filter(ref=ref).values_list("pk", flat=True).first()
    if found is None:
        raise UnknownObject(f"{model.__name__} {ref}")
    return found
