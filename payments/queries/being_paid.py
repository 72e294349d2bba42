"""Whether somebody's bank is paying for something at this moment, and until when that is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from django.db.models import Exists, F, OuterRef, Q

from billing_site.kernel.money import Money, show, zero
from payments.gateways.sums import is_too_little
from payments.models import Charge, ChargeAttempt, OpenItem, Settlement
from payments.models.charge_rows import ChargeQuerySet

SOON = timedelta(minutes=5)  # within which banks answer


def being_paid(items: Iterable[OpenItem], *, but: Charge | None = None) -> Charge | None:
    """Return a charge by which one of *items* is being paid, beside *but*; None: by none.

    Whole, or all but what is too little to be paid by itself: what pays a part leaves the rest to
    be paid. See `under_way`.
    """
    for item in items:
        left = to_ask(item, but=but) if item.owed else None
        if left is not None and left < item.owed and (not left or is_too_little(left)):
            return _paying([item], but=but).order_by("pk").first()
    return None


def under_way(item: OpenItem, *, but: Charge | None = None) -> Money:
    """Return how much of it is being paid at this moment, beside *but*.

    A debit that a bank collects is, a saved way to pay that is being tried, and credit that is
    set aside for all of a charge. A page that is open is not, nor a transfer that was promised.
    """
    return _towards(item, _paying([item], but=but))


def to_ask(item: OpenItem, *, but: Charge | None = None) -> Money:
    """Return what of it is owed, and not being paid already beside *but*."""
    return max(item.owed - under_way(item, but=but), zero(item.currency))


def in_hands(item: OpenItem, *, at: datetime, pages: bool) -> tuple[Money, Charge | None]:
    """Return how much of it somebody is about to pay, and the last such charge.

    Their bank asks them to confirm it. With *pages*, those that are open count as well.
    """
    ours = Charge.objects.towards([item])
    asked = Q(state=Charge.State.ACTION_NEEDED)
    if pages:
        asked |= Q(pk__in=ours.on_open_pages(at=at).values("pk"))
    found = ours.filter(asked)
    return _towards(item, found), found.order_by("pk").last()


def _paying(items: Iterable[OpenItem], *, but: Charge | None) -> ChargeQuerySet:
    tried = ChargeAttempt.objects.filter(finished_at=None, collection__charge=OuterRef("pk"))
    by_credit = Q(credit=F("amount"))
    under_way = Q(state=Charge.State.PROCESSING) | by_credit | Q(Exists(tried))
    found = Charge.objects.towards(items).filter(under_way, state__in=Charge.WAITING)
    return found.exclude(pk=but.pk if but else 0)


def _towards(item: OpenItem, charges: ChargeQuerySet) -> Money:
    parts = Settlement.objects.filter(charge__in=charges.values("pk"))
    for_it = parts.filter(Q(open_item=item) | Q(escrow__advance=item))
    return sum((each.amount for each in for_it), start=zero(item.currency))


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
