"""A client sends money from its bank by itself: taken onto our balance, and kept as its credit.

The gateway first gives what arrives to the payments that wait for a bank transfer. What is left
is a charge of ours that is for nothing yet. If its reference says that it may be meant for
something else than this client's, nobody guesses: it waits in suspense (see unmatched.py).
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import Money, currency_of, from_minor, show, to_minor, zero
from billing_site.kernel.references import public_ref
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, take
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from ledger import movements
from ledger.movements import Movement
from payments.gateways.base import BankDetails as Told
from payments.gateways.base import CashState, PaymentState
from payments.gateways.sums import BY_TRANSFER
from payments.models import (
    BankDetails,
    BankTransfer,
    Charge,
    GatewayCommand,
    Payer,
    Settlement,
    StrayPayment,
)
from payments.services import telling_of_transfers
from payments.services.commands import enqueue
from payments.services.doubting import doubt
from payments.services.paying_owed import in_other_currencies, promise

logger = logging.getLogger(__name__)
ARRIVED = {"funded", "unapplied_from_payment"}
SENT = SYSTEM("the client sent it by bank transfer")
NOT_THERE = SYSTEM("it was not there any more")


class DrawIsInDoubt(LookupError):
    """An earlier transfer is being taken: whether the provider still counts it is known soon."""


@transaction.atomic
def ask_for_details(organization: Organization, *, by: User, at: datetime) -> GatewayCommand | None:
    """Ask where *organization* can send bank transfers to; None: that is known.

    :raises NotYours: *by* may not pay for this organization.
    :raises NotAllowed: the provider takes none in its currency.
    """
    if not may(by, Deed.FUND, organization):
        raise NotYours(f"It is not for {by} to say how {organization} pays.")
    if organization.currency not in BY_TRANSFER:
        raise NotAllowed(f"The provider takes no bank transfers in {organization.currency}.")
    Payer.objects.get_or_create(organization=organization, defaults={"created_at": at})
    payer = Payer.objects.lock_of(organization.pk)  # Commands about one payer are numbered.
    if payer.bank_details.filter(currency=organization.currency).exists():
        return None
    params = {
        "payer": {"reference": organization.ref, "name": organization.name, "email": by.email},
        "currency": organization.currency,
        "country": organization.country,
    }
    return enqueue(GatewayCommand.Kind.BANK_DETAILS, payer, params, at=at, by_door=True)


@transaction.atomic
def details_told(payer_id: int, told: Told, *, at: datetime) -> BankDetails:
    payer = Payer.objects.lock(payer_id)
    details, _ = BankDetails.objects.get_or_create(
        payer=payer,
        currency=told.currency,
        defaults={
            "customer": told.customer,
            "holder": told.holder[:200],
            "bank": told.bank[:200],
            "number": told.number,
            "code": told.code,
            "told_at": at,
        },
    )
    return details


@transaction.atomic
def follow(state: CashState, *, at: datetime) -> BankTransfer | None:
    """Take what arrived and pays nothing yet; None: all of it does, or it was taken before.

    :raises LookupError: it is none of our clients' who sent it.
    :raises DrawIsInDoubt: less of it is there, and maybe only by what is being taken. Ask again.
    """
    if state.kind not in ARRIVED:
        return None
    client = Organization.objects.filter(ref=state.payer).first()
    if client is None:
        raise LookupError(f"{state.customer} is no client of ours, and sent {state.amount}.")
    Payer.objects.get_or_create(organization=client, defaults={"created_at": at})
    payer = Payer.objects.lock_of(client.pk)
    if BankTransfer.objects.filter(transaction_id=state.transaction_id).exists():
        return None
    whole, promised = from_minor(state.amount, state.currency), _about_to_be_taken(client, state)
    amount = min(whole, from_minor(state.available, state.currency) - promised)
    if promised and amount < whole:
        raise DrawIsInDoubt(f"{promised} of {client} is being taken, before {state.transaction_id}")
    if amount.amount <= 0:
        return None
    return _take(payer, state, amount, at=at)


@transaction.atomic
def drawn(command: GatewayCommand, state: PaymentState, *, at: datetime) -> Charge:
    """It is a payment now. That it has succeeded, an event says as with any other."""
    assert command.charge_id, "What is drawn is a charge."
    charge = Charge.objects.lock(command.charge_id)
    if charge.state == Charge.State.BEGUN:
        paid_by = state.method or "Bank transfer"
        take(charge.submit, by=SENT, at=at, paid_by=paid_by, payment_id=state.payment_id)
    return charge


@transaction.atomic
def not_drawn(command: GatewayCommand, *, at: datetime) -> Charge:
    """It went back to its bank before we took it: nothing came."""
    assert command.charge_id, "What is drawn is a charge."
    charge = Charge.objects.lock(command.charge_id)
    if charge.state == Charge.State.BEGUN:
        take(charge.cancel, by=NOT_THERE, at=at)
    return charge


def write_down(
    client: Organization,
    amount: Money,
    *,
    transaction_id: str,
    reference: str,
    sender: str = "",
    doubt: str = "",
    at: datetime,
) -> BankTransfer:
    """Make the charge of what *client* sent by itself, which is for nothing yet."""
    currency, nothing, ref = currency_of(amount), zero(currency_of(amount)), public_ref()
    charge = Charge.objects.create(
        client=client,
        currency=currency,
        amount=amount,
        credit=nothing,
        refunded=nothing,
        taken_back=nothing,
        begun_at=at,
    )
    Settlement.objects.create(
        charge=charge,
        document=f"transfer/{ref}",
        title="Bank transfer",
        currency=currency,
        amount=amount,
        credit=nothing,
        kept=nothing,
    )
    return BankTransfer.objects.create(
        ref=ref,
        client=client,
        charge=charge,
        transaction_id=transaction_id,
        currency=currency,
        amount=amount,
        reference=reference[:140],
        sender=sender[:100],
        doubt=doubt,
        received_at=at,
    )


def settle(charge: Charge, settlement: Settlement, *, at: datetime) -> Movement:
    """Keep it as the client's credit, or apart. The caller has the charge's lock, and posts."""
    sent = charge.bank_transfer
    settlement.settled_at = at
    if not sent.doubt:
        settlement.kept = settlement.amount
        settlement.save(update_fields=["kept", "settled_at"])
        telling_of_transfers.kept(sent, elsewhere=in_other_currencies(sent), at=at)
        promise(sent)
        return movements.keep_payment(
            settlement=settlement.reference,
            charge=charge.ref,
            client=charge.client_id,
            amount=settlement.amount,
            at=at,
        )
    settlement.save(update_fields=["settled_at"])
    stray = StrayPayment.objects.create(
        charge=charge,
        payment_id=charge.payment_id,
        currency=charge.currency,
        amount=charge.amount,
        why=sent.doubt,
        received_at=at,
    )
    telling_of_transfers.waits(sent, at=at)
    return movements.receive_unmatched(stray=stray.ref, amount=charge.amount, at=at)


def _about_to_be_taken(client: Organization, state: CashState) -> Money:
    """What is promised to charges before this one; the provider may have taken it by now."""
    currency = state.currency
    waiting = Charge.objects.filter(
        client=client, currency=currency, bank_transfer__isnull=False, state=Charge.State.BEGUN
    )
    return sum((charge.amount for charge in waiting), zero(currency))


def _take(payer: Payer, state: CashState, amount: Money, *, at: datetime) -> BankTransfer:
    sent = write_down(
        payer.organization,
        amount,
        transaction_id=state.transaction_id,
        reference=state.reference,
        sender=state.sender,
        doubt=doubt(payer, state.reference),
        at=at,
    )
    params = {
        "reference": sent.charge.ref,
        "customer": state.customer,
        "amount": to_minor(amount),
        "currency": state.currency,
        "metadata": {"charge": sent.charge.ref},
    }
    enqueue(GatewayCommand.Kind.DRAW_CASH, sent.charge, params, at=at)
    logger.info("%s of %s has arrived by bank transfer", show(amount), sent.client.ref)
    return sent
