"""A client pays in a currency of their own: by a quote that was seen before, used once.

Nothing here posts; the callers do, last. What goes back of it: see going_back.py.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from billing_site.kernel.money import Money, currency_of
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, take
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from ledger import movements
from ledger.movements import Movement
from payments.gateways.sums import problem_with
from payments.models import Charge, Quote
from payments.models.quote import RateIsOver
from payments.queries.conversion import Conversion, price_of
from payments.queries.credit import left_to_pay

PAGE_LIVES = timedelta(hours=1)  # of a payment at a locked rate, once it was agreed to


@transaction.atomic
def quote(*, client: Organization, total: Money, document: str, by: User, at: datetime) -> Quote:
    """Lock what *total* costs in the client's own currency for a while. Nothing is charged yet.

    Their credit pays first; what it leaves is quoted, for *document* and nothing else.

    :raises NotYours: *by* may not pay for this client, or not so much.
    :raises NotAllowed: there is nothing to convert, no rate, or too little to be charged.
    """
    if not may(by, Deed.FUND, client, total):
        raise NotYours(f"It is not for {by} to pay this sum for {client}.")
    to_pay = left_to_pay(client, total)
    if client.currency == currency_of(total) or not to_pay:
        raise NotAllowed("There is nothing to convert here.")
    found = price_of(to_pay, client.currency, at=at)
    if problem := problem_with(found.amount) or problem_with(to_pay):
        raise NotAllowed(problem)
    return write_down(found, client=client, document=document, at=at)


def write_down(found: Conversion, *, client: Organization, document: str, at: datetime) -> Quote:
    """Make it certain for a while. Nothing is charged by it."""
    return Quote.objects.create(
        organization=client,
        document=document,
        currency=client.currency,
        amount=found.amount,
        margin=found.margin,
        margin_bps=found.margin_bps,
        into_currency=currency_of(found.into),
        into=found.into,
        rate=found.mid.rate,
        rate_source=found.mid.source,
        rate_title=found.mid.title,
        rate_on=found.mid.on,
        asked_at=at,
        valid_until=at + timedelta(minutes=settings.QUOTE_MINUTES),
    )


def use(quote_id: int, *, charge: Charge, document: str, by: User | SYSTEM, at: datetime) -> Quote:
    """Agree to exactly this quote for *charge*, which is not written yet.

    :raises RateIsOver: its time has run out.
    :raises WrongState: it was used before.
    :raises NotAllowed: it is for something else, or another sum is to pay by now.
    """
    found = Quote.objects.lock(quote_id)
    if (found.organization_id, found.document) != (charge.client_id, document):
        raise NotAllowed("This rate was locked for something else. Nothing was charged.")
    if found.state != Quote.State.USED and not found.stands(at=at):
        raise RateIsOver(f"This rate was locked until {found.valid_until:%H:%M} UTC.")
    if found.state == Quote.State.OPEN and found.into != charge.asked:
        raise NotAllowed("Another sum is due by now: lock a rate for it. Nothing was charged.")
    take(found.use, by=by, at=at)
    return found


def closes_at(charge: Charge, *, at: datetime) -> str | None:
    """Until when it can be paid at its rate on a page that is opened now, as a command keeps it."""
    return (at + PAGE_LIVES).isoformat() if charge.quote else None


def arrived(charge: Charge, *, at: datetime) -> list[Movement]:
    """What the charge brought becomes the currency of what it is for."""
    if charge.quote is None:
        return []
    quote = charge.quote
    return [
        movements.convert_charge(
            quote=quote.ref,
            cause=("charge", charge.ref),
            amount=quote.amount,
            margin=quote.margin,
            into=quote.into,
            at=at,
        )
    ]
