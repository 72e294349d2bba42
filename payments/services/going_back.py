"""A payment in the client's own currency goes back, whole or in part: by a refund, or a bank.

It goes back in what the client paid, in proportion, at the payment's own rate and with our
margin: see docs/decisions/0052. Nothing here posts; the callers do, last.
"""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import (
    Money,
    coin,
    converted,
    currency_of,
    proportion,
    show,
    to_minor,
    zero,
)
from billing_site.kernel.transitions import NotAllowed
from ledger import movements
from ledger.movements import Movement
from payments.models import Charge, Chargeback, Quote, QuotePart, Refund


def part_for(refund: Refund, charge: Charge, *, at: datetime) -> QuotePart | None:
    """Write down what the client gets back for a refund, in what they paid.

    Parts are cumulative: all that went back is in proportion, and the last part is the rest.

    :raises NotAllowed: it is less than the smallest coin of that currency.
    """
    if charge.quote is None or refund.stray_id or not refund.sent_amount:
        return None
    quote, gone = charge.quote, _gone(charge.quote)
    amount = _in_what_they_paid(quote, refund.sent_amount, gone)
    if amount.amount <= 0:
        raise NotAllowed(
            f"{show(refund.sent_amount)} is too little to send back in {quote.currency}."
        )
    return _part(quote, amount, refund.sent_amount, gone, at=at, refund=refund)


def is_dust(charge: Charge, sent: Money) -> bool:
    """Whether *sent* is less than the smallest coin of what the client paid in."""
    if charge.quote is None or not sent:
        return False
    return _in_what_they_paid(charge.quote, sent, _gone(charge.quote)).amount <= 0


def worth(charge: Charge, taken: Money) -> Money:
    """Return what a bank has taken, or wants, of *charge* in the currency of what it is for.

    That is a coin at least: what moved is not nothing.
    """
    if charge.quote is None:
        return taken
    quote, gone = charge.quote, _gone(charge.quote)
    amount = gone["amount"] + taken
    into = proportion(quote.into, to_minor(amount), to_minor(quote.amount)) - gone["into"]
    return max(into, coin(quote.into_currency))


def part_of(case: Chargeback, taken: Money, *, at: datetime) -> QuotePart | None:
    """Write down what a bank has taken, in what the client paid."""
    if case.charge.quote is None or case.stray_id:
        return None
    quote = case.charge.quote
    return _part(quote, taken, case.amount, _gone(quote), at=at, chargeback=case)


def back(
    part: QuotePart | None, cause: Refund | Chargeback, *, at: datetime, again: str = ""
) -> list[Movement]:
    """It has gone back to where it came from."""
    if part is None:
        return []
    return [
        movements.convert_back(
            quote=part.quote.ref,
            cause=_named(cause),
            amount=part.amount,
            margin=part.margin,
            into=part.into,
            at=at,
            again=again,
        )
    ]


def came_again(
    part: QuotePart | None, cause: Refund | Chargeback, *, at: datetime, again: str
) -> list[Movement]:
    """What had gone back is here again: the client's bank did not take it, or gave it back."""
    if part is None:
        return []
    return [
        movements.convert_charge(
            quote=part.quote.ref,
            cause=_named(cause),
            amount=part.amount,
            margin=part.margin,
            into=part.into,
            at=at,
            again=again,
        )
    ]


def given_back(case: Chargeback, *, at: datetime) -> list[Movement]:
    """The bank gave it back: it is ours to keep again, and may go back otherwise."""
    part = part_of_cause(case)
    undo(part, at=at)
    return came_again(part, case, at=at, again="won")


def at_its_rate(part: QuotePart | None, cost: Money) -> Money:
    """Return what the provider asked for a case, in the case's currency."""
    if part is None or currency_of(cost) == part.into_currency:
        return cost
    return converted(cost, rate=part.quote.rate, into=part.into_currency)


def margin_with(quote: Quote, amount: Money, gone: dict[str, Money]) -> Money:
    """Return what of our margin goes back with *amount*, after what is *gone*.

    That is cumulative, and some of what was gone may have come again since: a part has no more
    of the margin than it is, and never less than nothing. The last part has the rest.
    """
    so_far = gone["amount"] + amount
    kept = proportion(quote.margin, to_minor(so_far), to_minor(quote.amount)) - gone["margin"]
    return min(max(kept, zero(quote.currency)), amount)


def undo(part: QuotePart | None, *, at: datetime) -> None:
    """It does not go back after all, and may go back otherwise."""
    if part is not None:
        part.undone_at = at
        part.save(update_fields=["undone_at"])


def part_of_cause(cause: Refund | Chargeback) -> QuotePart | None:
    found = {"refund": cause} if isinstance(cause, Refund) else {"chargeback": cause}
    return QuotePart.objects.select_related("quote").filter(**found).first()


def _in_what_they_paid(quote: Quote, sent: Money, gone: dict[str, Money]) -> Money:
    into = gone["into"] + sent
    return proportion(quote.amount, to_minor(into), to_minor(quote.into)) - gone["amount"]


def _gone(quote: Quote) -> dict[str, Money]:
    """What of it has gone back, or is about to. The caller has locked its charge."""
    gone = {"amount": zero(quote.currency), "margin": zero(quote.currency)}
    gone["into"] = zero(quote.into_currency)
    for part in quote.parts.filter(undone_at=None):
        for name, sum_ in part.sums.items():
            gone[name] += sum_
    return gone


def _part(
    quote: Quote,
    amount: Money,
    into: Money,
    gone: dict[str, Money],
    *,
    at: datetime,
    **cause: object,
) -> QuotePart:
    return QuotePart.objects.create(
        quote=quote,
        currency=quote.currency,
        amount=amount,
        margin=margin_with(quote, amount, gone),
        into_currency=quote.into_currency,
        into=into,
        made_at=at,
        **cause,
    )


def _named(cause: Refund | Chargeback) -> tuple[str, str]:
    return ("refund" if isinstance(cause, Refund) else "chargeback", cause.ref)
