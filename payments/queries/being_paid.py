"""Whether somebody's bank is paying for something at this moment, and until when that is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from django.db.models import Exists, F, OuterRef, Q

from billing_site.kernel.money import show
from payments.models import Charge, ChargeAttempt, OpenItem

SOON = timedelta(minutes=5)  # within which banks answer


def being_paid(items: Iterable[OpenItem], *, but: Charge | None = None) -> Charge | None:
    """Return the charge by which *items* are being paid, beside *but*; None: by none.

    A debit that a bank collects is one, a saved way to pay that is being tried, and credit that is
    set aside for all of it. A page that is open is not, nor a transfer that was promised.
    """
    tried = ChargeAttempt.objects.filter(finished_at=None, collection__charge=OuterRef("pk"))
    by_credit = Q(credit=F("amount"))
    under_way = Q(state=Charge.State.PROCESSING) | by_credit | Q(Exists(tried))
    found = Charge.objects.towards(items).filter(under_way, state__in=Charge.WAITING)
    return found.exclude(pk=but.pk if but else 0).order_by("pk").first()


def words_for(charge: Charge, *, at: datetime) -> str:
    """Say what pays it, how much, and until when that is known."""
    tried = ChargeAttempt.objects.filter(collection__charge=charge, finished_at=None)
    attempt = tried.select_related("method", "command").first()
    if charge.state == Charge.State.PROCESSING and charge.arrives_on:
        by = f"{charge.arrives_on:%-d %B %Y}"
        return f"{show(charge.asked)} for it is on its way from your bank, expected on {by}."
    if attempt is None or charge.state == Charge.State.PROCESSING:
        return f"{show(charge.amount)} for it is on its way, and will be here soon."
    said = f"{attempt.method} is being charged {show(charge.charged)} for it."
    if at < attempt.begun_at + SOON:
        return f"{said} Its bank answers within minutes."
    return f"{said} The provider has not answered; we ask again on {_moment(attempt)}."


def known_by(charge: Charge, *, at: datetime) -> datetime:
    """Return when to look again whether it has arrived; sooner, its own news says so."""
    if charge.arrives_on and charge.arrives_on >= at.date():
        return datetime.combine(charge.arrives_on, time(tzinfo=UTC)) + timedelta(days=1)
    return at + timedelta(hours=1)


def being_paid_words(item: OpenItem | None, *, at: datetime) -> str:
    """The same of what is owed; empty: nobody's bank is paying for it now."""
    charge = being_paid([item]) if item else None
    return words_for(charge, at=at) if charge else ""


def _moment(attempt: ChargeAttempt) -> str:
    return f"{attempt.command.next_try_at:%-d %B, %H:%M} UTC"
