"""Whether a sum can be paid at once to a bank or card, and if not, why not."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Sum

from billing_site.kernel.money import Money, currency_of, from_minor, show, zero
from payments.models import Payout, PayoutMethod
from payments.queries.payout_cost import instant_fee


def why_not_at_once(method: PayoutMethod, amount: Money, *, at: datetime) -> str:
    """Say in words why *amount* cannot be paid to it at once; empty: it can."""
    if not method.takes_instant:
        return _takes_nothing(method)
    currency = currency_of(amount)
    most = from_minor(settings.INSTANT_MOST_MINOR[currency], currency)
    if amount > most:
        return f"At most {show(most)} is paid at once by one withdrawal."
    left = left_today(method, currency, at=at)
    if amount > left:
        return f"At most {show(left)} more can be paid at once today (UTC)."
    if amount <= (fee := instant_fee(amount)):
        return f"A withdrawal that is paid at once has to be more than its fee of {show(fee)}."
    return ""


def why_not_converted(method: PayoutMethod) -> str:
    """Say in words why what is converted for it is not paid at once, whatever it takes."""
    if not method.takes_instant:
        return _takes_nothing(method)
    return (
        f"What is converted is not paid at once: we have to exchange it first. What you have in"
        f" {method.currency} already can be."
    )


def left_today(method: PayoutMethod, currency: str, *, at: datetime) -> Money:
    """What its owner can still have paid at once on the day of *at*, to whichever bank."""
    a_day = from_minor(settings.INSTANT_A_DAY_MINOR[currency], currency)
    ours = Payout.objects.filter(freelancer=method.organization_id, currency=currency)
    today = ours.at_once_on(at.date()).aggregate(total=Sum("amount"))["total"] or 0
    return max(a_day - Money(today, currency), zero(currency))


def _takes_nothing(method: PayoutMethod) -> str:
    return f"{method} takes nothing at once. Many debit cards do, and some banks."
