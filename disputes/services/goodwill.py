"""Goodwill: staff gives a client credit over its question; above a limit a second one agrees."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from billing_site.kernel.money import Money, about, currency_of, show, zero
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people import mailing
from billing_site.people.access import Deed
from billing_site.people.models import Membership, Organization, User
from billing_site.platform import audit
from disputes.models import Goodwill, Ticket
from disputes.models.goodwill import gives
from disputes.services.locking import check_reason
from invoices.services.repeating import sent
from payments.services import goodwill as credit

ALONE = 50  # about so many euros in all are given to a client by one person alone
ALONE_WITHIN = timedelta(days=30)
MOST = 5_000  # about so many euros


@transaction.atomic
def give(
    ticket_id: int,
    *,
    client: Organization,
    amount: Money,
    reason: str,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Goodwill:
    """Give credit at once, or above the limit ask a second person. Posts to the books, last.

    The limit is of all that one person alone gave this client within 30 days.

    :raises NotYours: *by* gives none, or belongs to the client.
    :raises NotAllowed: whoever asked is not of the client, or it is too much or nothing.
    """
    ticket = Ticket.objects.lock(ticket_id)
    form = sent(by, "goodwill.give", f"ticket/{ticket.ref}", op_id=op_id, at=at)
    if form.is_again:
        return ticket.goodwill.get(ref__in=form.made)
    _check_giver(by, client)
    asker = Membership.objects.of(ticket.asked_by).filter(organization=client)
    if not client.is_client or not asker.exists():
        raise NotAllowed(f"{ticket.asked_by} asked, and does not belong to the client {client}.")
    currency = currency_of(amount)
    most = about(MOST, currency)
    if not zero(currency) < amount <= most:
        raise NotAllowed(f"Goodwill is more than nothing and at most {show(most)}.")
    Organization.objects.lock(client.pk)  # Two at once see what the other one gives.
    before = Goodwill.objects.given_alone(client, amount.currency, since=at - ALONE_WITHIN)
    is_alone = before + amount.amount <= about(ALONE, currency).amount
    given = Goodwill.objects.create(
        ticket=ticket,
        client=client,
        currency=str(amount.currency),
        amount=amount,
        reason=check_reason(reason),
        by=by,
        at=at,
    )
    form.makes(given)
    audit.record(by, "goodwill.asked", f"goodwill/{given.ref}", at=at)
    if is_alone:
        _carry_out(given, by=by, at=at)
    return given


@transaction.atomic
def confirm(goodwill_id: int, *, reason: str, by: User, at: datetime) -> Goodwill:
    """Give what another one asked for, as the second person. Posts to the books, last.

    :raises NotYours: *by* asked for it, gives none, or belongs to the client.
    """
    given = _waiting(goodwill_id, by=by)
    given.confirmed_by = by
    audit.record(by, "goodwill.confirmed", f"goodwill/{given.ref}", at=at, reason=reason)
    _carry_out(given, by=by, at=at)
    return given


@transaction.atomic
def refuse(goodwill_id: int, *, reason: str, by: User, at: datetime) -> Goodwill:
    """Do not give it. The client never hears of it."""
    given = _waiting(goodwill_id, by=by)
    given.refused_at, given.refused_by = at, by
    given.save(update_fields=["refused_at", "refused_by"])
    audit.record(by, "goodwill.refused", f"goodwill/{given.ref}", at=at, reason=reason)
    return given


def _waiting(goodwill_id: int, *, by: User) -> Goodwill:
    given = Goodwill.objects.lock(goodwill_id)
    if given.given_at or given.refused_at:
        raise WrongState("Somebody was faster: it waits for nobody any more.")
    if given.by_id == by.pk:
        raise NotYours("It is above the limit of one person: somebody else confirms it.")
    _check_giver(by, given.client)
    return given


def _check_giver(by: User, client: Organization) -> None:
    if not gives(by):
        raise NotYours(f"It is not for {by} to give goodwill credit.")
    if Membership.objects.filter(user=by, organization=client).exists():
        raise NotYours(f"{by} belongs or belonged to {client}: somebody else gives it.")


def _carry_out(given: Goodwill, *, by: User, at: datetime) -> None:
    given.given_at = at
    given.save(update_fields=["given_at", "confirmed_by"])
    _tell(given, at=at)
    credit.give(given.client, amount=given.amount, ref=given.ref, by=by, at=at)


def _tell(given: Goodwill, *, at: datetime) -> None:
    mailing.tell(
        mailing.people(given.client, Deed.FUND),
        template="goodwill_given",
        subject=f"{show(given.amount)} of credit for you",
        context={
            "amount": show(given.amount),
            "client": str(given.client),
            "reason": given.reason,
        },
        url=reverse("payments"),
        about=("ticket", given.ticket.ref),
        key=f"goodwill/{given.ref}",
        at=at,
    )
