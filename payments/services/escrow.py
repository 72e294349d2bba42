"""Holding money for work, and letting go of it in one of two directions, whole or in parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import Money, show, zero
from billing_site.kernel.transitions import SYSTEM, NotAllowed, WrongState, take
from billing_site.people.models import User
from ledger import movements
from ledger.movements import Movement
from ledger.services.posting import post
from payments.models import Charge, Escrow, Lot, Refund
from payments.queries.cooling import available_from
from payments.services import refunds
from payments.services.freezing import refuse_if_frozen
from payments.services.terms import EscrowTerms

__all__ = [
    "EscrowTerms",
    "Release",
    "fund",
    "prepare_refund",
    "prepare_release",
    "refund",
    "release",
]


@dataclass(frozen=True, slots=True)
class Release:
    """Where the money of one release went."""

    lot: Lot
    freelancer_fee: Money
    freelancer_fee_tax: Money
    client_fee: Money
    net_to_freelancer: Money
    available_at: datetime


def fund(
    escrow: Escrow, *, charge: Charge, at: datetime, from_credit: Money | None = None
) -> Movement:
    """Hold what the charge brought. The caller has the lock, and posts the movement last."""
    take(escrow.fund, by=SYSTEM(f"{charge} arrived"), at=at, funded_by_id=charge.pk)
    return movements.fund_escrow(
        escrow=escrow.ref,
        charge=charge.ref,
        client=escrow.client_id,
        gross=escrow.gross,
        client_fee=escrow.client_fee,
        client_fee_tax=escrow.client_fee_tax,
        tax_country=escrow.fee_tax_country_client,
        at=at,
        from_credit=from_credit,
    )


@transaction.atomic
def release(
    escrow_id: int,
    *,
    document: str,
    at: datetime,
    gross: Money | None = None,
    by_reason: str = "its invoice was approved",
    title: str = "",
    actor: User | None = None,
) -> Release:
    """Give the freelancer what is held, less our fee, for the invoice *document* (its ref).

    Without *gross* all that is left. It is pending for the security period and available
    from `available_at` on. This posts to the books: call it last in your transaction.

    :raises WrongState: the money has already gone one way or the other, or never came.
    :raises NotAllowed: that much is not held, or it is frozen.
    """
    made, movement = prepare_release(
        Escrow.objects.lock(escrow_id),
        document=document,
        at=at,
        gross=gross,
        by_reason=by_reason,
        title=title,
        actor=actor,
    )
    post(movement)
    return made


def prepare_release(
    escrow: Escrow,
    *,
    document: str,
    at: datetime,
    gross: Money | None = None,
    by_reason: str = "its invoice was approved",
    title: str = "",
    actor: User | None = None,
) -> tuple[Release, Movement]:
    """As `release`, of an escrow that the caller has locked, and whose movement they post last."""
    gross = _part(escrow, gross)
    part = escrow.release_of(gross)
    escrow.released += gross
    _leave(escrow, by_reason=by_reason, note="", at=at)
    lot = Lot.objects.create(
        escrow=escrow,
        client_id=escrow.client_id,
        freelancer_id=escrow.freelancer_id,
        document=f"invoice/{document}",
        title=title or escrow.title,
        currency=escrow.currency,
        net=part.net,
        gross=gross,
        fee=part.freelancer_fee,
        fee_tax=part.freelancer_fee_tax,
        amount=part.net_to_freelancer,
        client_fee=part.client_fee,
        client_fee_tax=part.client_fee_tax,
        gross_back=gross - gross,
        amount_back=gross - gross,
        released_at=at,
        available_at=available_from(escrow.security_days, escrow.funded_by, at=at),
    )
    movement = movements.release_escrow(
        escrow=escrow.ref,
        invoice=document,
        freelancer=escrow.freelancer_id,
        gross=gross,
        client_fee=part.client_fee,
        freelancer_fee=part.freelancer_fee,
        freelancer_fee_tax=part.freelancer_fee_tax,
        tax_country=escrow.fee_tax_country_freelancer,
        at=at,
        actor=actor.pk if actor else None,
    )
    made = Release(
        lot=lot,
        freelancer_fee=part.freelancer_fee,
        freelancer_fee_tax=part.freelancer_fee_tax,
        client_fee=part.client_fee,
        net_to_freelancer=lot.amount,
        available_at=lot.available_at,
    )
    return made, movement


@transaction.atomic
def refund(
    escrow_id: int,
    *,
    reason: str,
    by: User | SYSTEM,
    at: datetime,
    gross: Money | None = None,
    as_credit: bool = False,
) -> Refund:
    """Send what is held back to the client, with the fee that was not earned and its tax.

    Without *gross* all that is left; *as_credit* if they want to keep it with us.
    This posts to the books: call it last in your transaction.

    :raises WrongState: the money has already gone one way or the other, or never came.
    :raises NotAllowed: that much is not held, or it is frozen.
    """
    made, movement = prepare_refund(
        Escrow.objects.lock(escrow_id),
        reason=reason,
        by=by,
        at=at,
        gross=gross,
        as_credit=as_credit,
    )
    post(movement)
    return made


def prepare_refund(
    escrow: Escrow,
    *,
    reason: str,
    by: User | SYSTEM,
    at: datetime,
    gross: Money | None = None,
    as_credit: bool = False,
) -> tuple[Refund, Movement]:
    """As `refund`, of an escrow that the caller has locked, and whose movement they post last."""
    gross = _part(escrow, gross)
    part = escrow.refund_of(gross)
    assert escrow.funded_by_id, "What no charge brought goes back as the client's credit."
    charge = Charge.objects.lock(escrow.funded_by_id)
    escrow.refunded += gross
    _leave(escrow, by_reason=reason, note=f"Asked for by {by}", at=at)
    made = refunds.request(
        charge,
        amount=part.client_total,
        payment_id=charge.payment_id,
        reason=reason,
        at=at,
        escrow=escrow,
        part=part,
        as_credit=as_credit,
    )
    movement = movements.refund_from_escrow(
        escrow=escrow.ref,
        refund=made.ref,
        client=escrow.client_id,
        gross=gross,
        client_fee=part.client_fee,
        client_fee_tax=part.client_fee_tax,
        tax_country=escrow.fee_tax_country_client,
        at=at,
        to_credit=made.to_credit,
        actor=None if isinstance(by, SYSTEM) else by.pk,
    )
    return made, movement


def _part(escrow: Escrow, gross: Money | None) -> Money:
    """How much of the gross leaves now: all that is left, unless told."""
    if escrow.state != Escrow.State.HELD:
        raise WrongState(f"Nothing can leave {escrow}: it is {escrow.get_state_display()}.")
    refuse_if_frozen(escrow)
    gross = escrow.remaining if gross is None else gross
    if not zero(escrow.currency) < gross <= escrow.remaining:
        raise NotAllowed(f"{show(escrow.remaining)} is held, and {show(gross)} was to leave.")
    return gross


def _leave(escrow: Escrow, *, by_reason: str, note: str, at: datetime) -> None:
    """Write down what has left, and how the escrow ended once it is empty."""
    if escrow.remaining:
        escrow.save(update_fields=["released", "refunded"])
        return
    ended = escrow.split
    if not escrow.refunded:
        ended = escrow.release
    elif not escrow.released:
        ended = escrow.refund
    take(ended, by=SYSTEM(by_reason), at=at, note=note)
