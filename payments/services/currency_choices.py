"""In which currency a client is charged while nobody looks, and at which rate.

The rule, and what happens to a rate when a charge is tried again: docs/decisions/0060.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from billing_site.kernel.money import currency_of, from_minor, to_minor
from billing_site.kernel.transitions import SYSTEM, NotYours, take
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from payments.gateways.sums import problem_with
from payments.models import Charge, Collection, CurrencyChoice, Quote, Settlement
from payments.models.currency_choice import RATE_STANDS
from payments.queries.conversion import price_of
from payments.services import own_currency

ITS_CHOICE = SYSTEM("its client wants to be charged in its own currency")
ANEW = SYSTEM("it was not paid, and is asked for anew")


@transaction.atomic
def choose(client: Organization, *, is_own: bool, by: User, at: datetime) -> CurrencyChoice:
    """Say in which currency *client* is charged by itself, from the next try on.

    In its own, by the rule that was read before: the rate of the day and the margin of now,
    which is kept for as long as the choice stands. Saying the same again changes nothing.

    :raises NotYours: *by* may not pay for this client.
    """
    if not may(by, Deed.FUND, client):
        raise NotYours(f"It is not for {by} to say how {client} pays.")
    Organization.objects.lock(client.pk)
    margin_bps = settings.CONVERSION_MARGIN_BPS
    now = CurrencyChoice.objects.standing_of(client)
    if now and (now.is_own, now.margin_bps) == (is_own, margin_bps):
        return now
    return CurrencyChoice.objects.create(
        organization=client, is_own=is_own, margin_bps=margin_bps, said_by=by, said_at=at
    )


def set_rate(charge: Charge, *, at: datetime) -> None:
    """Lock what *charge* costs its client now, if that is how they want to be charged.

    The rate of a try before stands for a day, whatever is tried. The caller has locked the
    charge, and asks for the money in this transaction.

    :raises NotAllowed: there is no rate, or only an old one. Nothing was changed.
    """
    choice = CurrencyChoice.objects.standing_of(charge.client_id)
    wanted = charge.client.currency
    is_own = choice is not None and choice.is_own and wanted != currency_of(charge.amount)
    was = charge.quote
    if was and is_own and was.currency == wanted and at < was.asked_at + RATE_STANDS:
        return
    made = _quote(charge, choice, at=at) if choice and is_own else None
    if made == was:
        return
    charge.quote = made
    charge.save(update_fields=["quote"])
    if was:
        take(Quote.objects.lock(was.pk).replace, by=ANEW, at=at)


def was_asked_before(charge: Charge, amount: int, currency: str) -> bool:
    """Tell whether *charge* was this sum before: without a rate, or at one that was replaced."""
    collected = Collection.objects.filter(charge=charge)  # Others are asked for one sum only.
    without = (to_minor(charge.asked), currency_of(charge.asked))
    if charge.quote and (amount, currency) == without and collected.exists():
        return True  # A page was opened before they chose their own currency.
    documents = charge.settlements.values("document")
    before = Quote.objects.filter(
        state=Quote.State.REPLACED, organization=charge.client_id, document__in=documents
    )
    paid = from_minor(amount, currency)
    return before.filter(currency=currency, amount=paid).exists()


def _quote(charge: Charge, choice: CurrencyChoice, *, at: datetime) -> Quote | None:
    """Return what it costs now, used for it; None: too little or too much to be charged so."""
    client = charge.client
    found = price_of(charge.asked, client.currency, at=at, margin_bps=choice.margin_bps)
    if problem_with(found.amount):
        return None
    document = (
        Settlement.objects.filter(charge=charge)
        .order_by("pk")
        .values_list("document", flat=True)[0]
    )
    made = own_currency.write_down(found, client=client, document=document, at=at)
    return own_currency.use(made.pk, charge=charge, document=document, by=ITS_CHOICE, at=at)
