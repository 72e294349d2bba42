"""A client's credit: what came back and was kept. It pays for the next thing, or is sent back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, currency_of, show, zero
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform import operations
from ledger import movements
from ledger.queries.balances import spendable
from ledger.services.posting import InsufficientFunds, post_many
from payments.models import Charge, Refund
from payments.services import refunds


@transaction.atomic
def send_back(
    client: Organization, *, amount: Money, by: User, at: datetime, op_id: UUID | None = None
) -> list[Refund]:
    """Send *amount* of the client's credit back to where it was paid from, the newest first.

    A charge takes back no more than it brought, so that it may take several of them. This
    posts to the books: call it last in your transaction.

    :raises NotYours: *by* does not pay for this client.
    :raises NotAllowed: there is less credit.
    """
    if not may(by, Deed.FUND, client):
        raise NotYours(f"It is not for {by} to have the credit of {client} sent back.")
    if op_id is not None:
        subject = f"organization/{client.ref}"
        if not operations.once(
            user_id=by.pk, deed="credit.send_back", op_id=op_id, subject=subject, at=at
        ):
            return []
    charges = _lock_refundable(client, currency_of(amount))
    credit = spendable(f"client:{client.pk}:credit", currency_of(amount))
    if not zero(currency_of(amount)) < amount <= credit:
        raise NotAllowed(f"Your credit is {show(credit)}. Nothing was sent back.")
    made, rest = [], amount
    for charge in charges:
        part = min(rest, charge.refundable)
        if part:
            made.append(_request(charge, part, at=at))
            rest -= part
    if rest:
        raise NotAllowed(
            f"{show(rest)} of it was not paid by a payment that can be sent back: write to us."
        )
    posts = [
        movements.send_credit_back(
            refund=each.ref, client=client.pk, amount=each.amount, at=at, actor=by.pk
        )
        for each in made
    ]
    try:
        post_many(posts)
    except InsufficientFunds as refusal:  # a payment took it at this very moment
        raise NotAllowed("Your credit was just used otherwise. Nothing was sent back.") from refusal
    return made


def _lock_refundable(client: Organization, currency: str) -> list[Charge]:
    """Hold all that could take it back, so that two requests at once see each other."""
    keys = Charge.objects.refundable_of(client, currency).order_by("pk")
    locked = [Charge.objects.lock(pk) for pk in keys.values_list("pk", flat=True)]
    return sorted(locked, key=lambda charge: (charge.begun_at, charge.pk), reverse=True)


def _request(charge: Charge, amount: Money, *, at: datetime) -> Refund:
    return refunds.request(
        charge,
        amount=amount,
        payment_id=charge.payment_id,
        reason="Your credit, sent back",
        at=at,
        is_credit=True,
    )
