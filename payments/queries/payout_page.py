"""The page of one withdrawal: where it is, when it arrives, and its way through the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from billing_site import payout_rules
from billing_site.kernel.money import EXPONENTS, show
from billing_site.kernel.transitions import may_take
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from payments.models import Payee, Payout
from payments.queries.conversion import conversion_lines, stays
from payments.queries.cost_lines import CostLine
from payments.queries.earnings import Stop
from payments.queries.payout_cost import instant_takes

NEXT = {
    Payout.State.REQUESTED: "It can be cancelled until it is sent.",
    Payout.State.HELD: "It is not sent before we have decided. It can still be cancelled.",
    Payout.State.SENDING: "The money is being moved to your account at the provider.",
    Payout.State.SENT: "Your bank has been told. Nobody can stop it any more.",
    Payout.State.PAID: "Your bank has it.",
    Payout.State.FAILED: "All is in your balance again, our fee too. Choose another bank account.",
    Payout.State.CANCELLED: "All of it is in your balance again, our fee too.",
}


BACK = (Payout.State.FAILED, Payout.State.CANCELLED)


@dataclass(frozen=True, slots=True)
class PayoutPage:
    payout: Payout
    lines: list[CostLine]
    total: CostLine
    stops: list[Stop]
    what_next: str
    may_cancel: bool
    trace: str  # by what its bank finds it, or when that is known; empty: it is not there yet
    again_url: str = ""  # where the same sum is withdrawn anew


def payout_page(payout: Payout, *, viewer: User, today: date) -> PayoutPage:
    return PayoutPage(
        payout=payout,
        lines=_lines(payout),
        total=CostLine(f"To {payout.method}", payout.net),
        stops=_stops(payout),
        what_next=_what_next(payout),
        may_cancel=may_take(payout.cancel, viewer),
        trace=_trace(payout, today),
        again_url=_again_url(payout) if may(viewer, Deed.WITHDRAW, payout.freelancer) else "",
    )


def _what_next(payout: Payout) -> str:
    words = NEXT[Payout.State(payout.state)]
    if payout.is_instant and payout.state == Payout.State.SENT:
        within = f"{instant_takes() // timedelta(minutes=1)} minutes"
        return f"Your bank or card has it within {within}. Nobody can stop it any more."
    if payout.state == Payout.State.REQUESTED and (why := _keeps(payout)):
        return f"It waits: {why} It is sent as soon as it can be, and can be cancelled until then."
    return words + stays(payout) if payout.state in BACK else words


def _keeps(payout: Payout) -> str:
    """Why the provider would not send it now."""
    payee = Payee.objects.filter(organization=payout.freelancer_id).first()
    return payee.why_not if payee else ""


def _lines(payout: Payout) -> list[CostLine]:
    fees = [
        CostLine("Our fee, to be paid at once" if payout.is_instant else "Our fee", -payout.kept)
    ]
    if payout.quote:
        return [*conversion_lines(payout.quote, payout.quote.rate), *fees]
    if payout.fee_back is None:
        return [CostLine("From your balance", payout.amount), *fees]
    words = f"Back in your balance, of the fee of {show(payout.fee)} to be paid at once"
    back = CostLine(words, -payout.fee_back)
    return [CostLine("From your balance", payout.amount), back, *fees]


def _trace(payout: Payout, today: date) -> str:
    """The provider learns it from the bank days after the money has arrived."""
    if payout.trace or payout.state != Payout.State.PAID:
        return payout.trace
    assert payout.finished_at, "It is paid, so it was finished."
    known_by = payout.finished_at.date() + timedelta(days=payout_rules.TRACED_WITHIN_DAYS)
    if payout.untraced_at or today > known_by:
        return "Your bank gives none."
    return f"Your bank's reference comes by {known_by:%-d %B %Y}."


def _again_url(payout: Payout) -> str:
    """What came back is withdrawn anew, to any bank that can be paid."""
    if payout.state != Payout.State.FAILED:
        return ""
    amount = f"{payout.amount.amount:.{EXPONENTS[payout.currency]}f}"  # as it would be typed
    asked = {"amount": amount, "currency": payout.currency}  # What was converted stays so.
    return f"{reverse('payout-new')}?{urlencode(asked)}"


def _stops(payout: Payout) -> list[Stop]:
    """What happened, and while it is on its way what will, by the dates that were promised."""
    stops = [Stop("Requested", payout.amount, payout.requested_at, done=True)]
    if payout.quote:
        words = f"Converted to {payout.currency}"
        stops.insert(0, Stop(words, payout.taken, payout.requested_at, done=True))
    for change in payout.changes.order_by("at", "pk"):
        words = Payout.State(change.became).label.capitalize()
        note = payout.problem if change.became == Payout.State.FAILED else ""
        stops.append(Stop(words, None, change.at, done=True, note=note))
    if payout.slowed_at:
        words = "Not at once after all"
        stops.append(Stop(words, None, payout.slowed_at, done=True, note=payout.slowed_for))
        stops.sort(key=lambda stop: stop.at or payout.requested_at)
    if payout.review_on:
        decided = datetime.combine(payout.review_on, time(17, tzinfo=UTC))
        stops.append(Stop("We decide", None, decided, done=False, note=payout.held_for))
    if payout.state == Payout.State.REQUESTED:
        stops.append(Stop("Sent", None, payout.send_at, done=False))
    if payout.is_waiting:
        arrival = datetime.combine(payout.arrives_on, time(9, tzinfo=UTC))
        if payout.is_instant:
            arrival = payout.send_at + instant_takes()
        stops.append(Stop(f"Arrives at {payout.method}", payout.net, arrival, done=False))
    return stops
