"""Holding money for work, and letting go of it in one of two directions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM, take
from billing_site.people.models import Organization, User
from ledger import movements
from ledger.movements import Movement
from ledger.services.posting import post
from payments.models import Charge, Escrow, Lot, Refund, Settlement
from payments.services import refunds


@dataclass(frozen=True, slots=True)
class EscrowTerms:
    """What a client is about to set aside for one piece of work, as the contract fixed it."""

    freelancer: Organization
    document: str  # "milestone/K7Q2…"
    title: str  # as the payer reads it on the payment page
    net: Money
    tax: Money
    client_fee: Money
    client_fee_tax: Money
    freelancer_fee_bps: int
    freelancer_fee_tax_bps: int
    fee_tax_country_client: str
    fee_tax_country_freelancer: str
    security_days: int

    @property
    def total(self) -> Money:
        return self.net + self.tax + self.client_fee + self.client_fee_tax


@dataclass(frozen=True, slots=True)
class Release:
    """Where the money of one escrow went."""

    lot: Lot
    freelancer_fee: Money
    freelancer_fee_tax: Money
    client_fee: Money
    client_fee_tax: Money
    net_to_freelancer: Money
    available_at: datetime


def expect(charge: Charge, terms: EscrowTerms, *, at: datetime) -> Escrow:
    """Make the escrow that a charge is going to fill, so that others can point at it."""
    escrow = Escrow.objects.create(
        client=charge.client,
        freelancer=terms.freelancer,
        currency=charge.currency,
        net=terms.net,
        tax=terms.tax,
        gross=terms.net + terms.tax,
        client_fee=terms.client_fee,
        client_fee_tax=terms.client_fee_tax,
        freelancer_fee_bps=terms.freelancer_fee_bps,
        freelancer_fee_tax_bps=terms.freelancer_fee_tax_bps,
        fee_tax_country_client=terms.fee_tax_country_client,
        fee_tax_country_freelancer=terms.fee_tax_country_freelancer,
        security_days=terms.security_days,
        created_at=at,
    )
    Settlement.objects.create(
        charge=charge,
        escrow=escrow,
        document=terms.document,
        title=terms.title,
        currency=charge.currency,
        amount=terms.total,
    )
    return escrow


def fund(escrow: Escrow, *, charge: Charge, at: datetime) -> Movement:
    """Hold what the charge brought. The caller has the lock, and posts the movement last."""
    take(escrow.fund, by=SYSTEM(f"{charge} arrived"), at=at)
    return movements.fund_escrow(
        escrow=escrow.ref,
        charge=charge.ref,
        client=escrow.client_id,
        gross=escrow.gross,
        client_fee=escrow.client_fee,
        client_fee_tax=escrow.client_fee_tax,
        tax_country=escrow.fee_tax_country_client,
        at=at,
    )


@transaction.atomic
def release(
    escrow_id: int,
    *,
    document: str,
    at: datetime,
    by_reason: str = "its invoice was approved",
    title: str = "",
    actor: User | None = None,
) -> Release:
    """Give the freelancer what is held, less our fee, for the invoice *document* (its ref).

    It is pending for the security period and available from `available_at` on. This
    posts to the books: call it last in your transaction.

    :raises WrongState: the money has already gone one way or the other, or never came.
    """
    escrow = Escrow.objects.lock(escrow_id)
    take(escrow.release, by=SYSTEM(by_reason), at=at)
    lot = Lot.objects.create(
        escrow=escrow,
        freelancer_id=escrow.freelancer_id,
        document=f"invoice/{document}",
        title=title or escrow.settlement.title,
        currency=escrow.currency,
        amount=escrow.net_to_freelancer,
        released_at=at,
        available_at=at + timedelta(days=escrow.security_days),
    )
    post(
        movements.release_escrow(
            escrow=escrow.ref,
            invoice=document,
            freelancer=escrow.freelancer_id,
            gross=escrow.gross,
            client_fee=escrow.client_fee,
            freelancer_fee=escrow.freelancer_fee,
            freelancer_fee_tax=escrow.freelancer_fee_tax,
            tax_country=escrow.fee_tax_country_freelancer,
            at=at,
            actor=actor.pk if actor else None,
        )
    )
    return Release(
        lot=lot,
        freelancer_fee=escrow.freelancer_fee,
        freelancer_fee_tax=escrow.freelancer_fee_tax,
        client_fee=escrow.client_fee,
        client_fee_tax=escrow.client_fee_tax,
        net_to_freelancer=lot.amount,
        available_at=lot.available_at,
    )


@transaction.atomic
def refund(escrow_id: int, *, reason: str, by: User | SYSTEM, at: datetime) -> Refund:
    """Send all that is held back to the client, with the fee that was not earned and its tax.

    This posts to the books: call it last in your transaction.

    :raises WrongState: the money has already gone one way or the other, or never came.
    """
    escrow = Escrow.objects.lock(escrow_id)
    charge = Charge.objects.lock(escrow.settlement.charge_id)
    take(escrow.refund, by=SYSTEM(reason), at=at, note=f"Asked for by {by}")
    made = refunds.request(
        charge,
        amount=escrow.total,
        payment_id=charge.payment_id,
        reason=reason,
        at=at,
        escrow=escrow,
    )
    post(
        movements.refund_from_escrow(
            escrow=escrow.ref,
            refund=made.ref,
            client=escrow.client_id,
            gross=escrow.gross,
            client_fee=escrow.client_fee,
            client_fee_tax=escrow.client_fee_tax,
            tax_country=escrow.fee_tax_country_client,
            at=at,
            actor=None if isinstance(by, SYSTEM) else by.pk,
        )
    )
    return made
