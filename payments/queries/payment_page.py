"""The page of one payment: what it is for, where it is, and what happens next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from billing_site.kernel.money import show
from payments.models import Charge, Escrow, GatewayCommand, PromisedTransfer, Refund, Settlement
from payments.models.currency_choice import RATE_STANDS
from payments.queries import bank_words, promise_words, too_little
from payments.queries.conversion import price_lines
from payments.queries.cost_lines import CostLine
from payments.queries.earnings import Stop
from payments.queries.late import what_follows
from payments.queries.standing import Standing, standing_of
from payments.refund_times import seen_after


@dataclass(frozen=True, slots=True)
class PaymentPage:
    charge: Charge
    lines: list[CostLine]
    total: CostLine
    stops: list[Stop]
    to_decide: list[Refund]  # could not be sent back
    what_next: str
    is_confirming: bool  # news is due within seconds
    is_opening: bool  # the provider was slow to say where it can be paid
    may_pay: bool
    may_decide: bool = False  # what becomes of refunds that did not arrive
    standing: Standing | None = None  # of a charge that we make by ourselves
    bank_says: list[str] = field(default_factory=list)  # of what it wants back
    rate_says: str = ""  # how long what it costs in the client's own currency stands
    ahead: list[str] = field(default_factory=list)  # what follows from not paying
    successor: Charge | None = None  # what took its place, where it was given up for less
    is_along: bool = False  # it was too little, and the successor is for more than that
    promise: PromisedTransfer | None = None  # what is to be sent from a bank
    may_give_up: bool = False  # waiting for it

    @property
    def news_url(self) -> str:
        """Where the page looks for what it waits for; empty: it waits for nothing."""
        if self.is_opening:
            return self.charge.get_absolute_url()
        return f"{self.charge.get_absolute_url()}?paid=1" if self.is_confirming else ""


NEXT = {
    Charge.State.BEGUN: "Nothing has been paid. The payment page stays open until it expires.",
    Charge.State.PROCESSING: "Your bank is on it. You need not do anything; nothing is held yet.",
    Charge.State.ACTION_NEEDED: "Go back to the payment page and confirm it with your bank.",
    Charge.State.SUCCEEDED: "It has arrived. Nothing is left to do.",
    Charge.State.FAILED: "No money is held. You can begin another payment at any time.",
    Charge.State.CANCELLED: "No money moved. You can begin another payment at any time.",
}


WAITS = "Waits to be sent back"
AT_ONCE = {"", "card", "link"}  # the provider's words
A_WHILE = timedelta(hours=1)
NO_PAGE_YET = (
    "Our payment provider has not answered yet. We keep asking, and tell you when you can pay:"
    " you need not wait here. Nothing was charged."
)


def payment_page(
    charge: Charge, *, may_pay: bool, came_back: bool, at: datetime, may_decide: bool = False
) -> PaymentPage:
    """*came_back*: the payer was just sent here, and news of the payment is due."""
    found = charge.settlements.select_related("escrow__freelancer", "open_item__freelancer")
    settlements = list(found.order_by("pk"))
    refunds = list(charge.refunds.select_related("part").order_by("pk"))
    promise = charge.promises.open().order_by("pk").last() if charge.is_waiting else None
    is_settling = charge.state == Charge.State.PROCESSING and _is_known_at_once(charge, at=at)
    standing = standing_of(charge)
    last, is_along = _last_of(charge)
    is_open = charge.waits_for_payer
    is_new = came_back and not promise and not (standing and standing.is_late)
    is_opening = is_open and bool(charge.asked) and _is_opening(charge, standing, promise)
    is_confirming = is_settling or (is_open and not is_opening and (is_new or not charge.asked))
    what_next = (standing and standing.words) or _what_next(charge, settlements)
    if promise:
        what_next = promise_words.to_client(promise, standing, at=at)
    if is_along:
        what_next = f"It was too little to be charged by itself: {_came_with(last)}."
    elif last != charge:
        what_next = f"Less was owed by then. {show(last.amount)} {_became(last)}."
    may_be_paid = standing.may_be_paid if standing else charge.is_payable
    return PaymentPage(
        charge=charge,
        lines=[line for settlement in settlements for line in _lines(settlement)]
        + ([CostLine("Your credit pays", -charge.credit)] if charge.credit else [])
        + (price_lines(charge.quote, charge.quote.rate) if charge.quote else []),
        total=CostLine("You pay", charge.charged),
        stops=_stops(charge, refunds),
        to_decide=[each for each in refunds if each.state == Refund.State.FAILED],
        what_next="We are waiting for the news of your payment; it takes a few seconds."
        if is_confirming
        else NO_PAGE_YET
        if is_opening
        else what_next,
        is_confirming=is_confirming,
        is_opening=is_opening,
        may_pay=may_pay and may_be_paid and not is_opening,
        may_decide=may_decide,
        standing=standing,
        bank_says=bank_words.to_client(charge),
        rate_says=_rate_says(charge, at=at) if standing and standing.is_late else "",
        ahead=what_follows(charge.client_id, at=at) if standing and standing.is_late else [],
        successor=last if last != charge else None,
        is_along=is_along,
        promise=promise,
        may_give_up=may_pay and promise is not None and promise.called_off_at is None,
    )


def _is_known_at_once(charge: Charge, *, at: datetime) -> bool:
    """Whether its bank answers within seconds; nobody waits on the page for what takes days."""
    if charge.arrives_on is not None or charge.way not in AT_ONCE:
        return False
    return charge.changes.filter(became=charge.state, at__gt=at - A_WHILE).exists()


def _is_opening(
    charge: Charge, standing: Standing | None, promise: PromisedTransfer | None
) -> bool:
    """Whether the provider was asked for a page and has not said where it is."""
    if standing is None:
        return not charge.page_url and promise is None
    kind, states = GatewayCommand.Kind.START_CHECKOUT, GatewayCommand.OPEN
    return charge.commands.filter(kind=kind, state__in=states).exists()


def _last_of(charge: Charge) -> tuple[Charge, bool]:
    """Return what is paid in its place by now, and whether that is for something else, too."""
    last, is_along = Charge.objects.last_in_place_of(charge), False
    while (more := too_little.came_with(last)) is not None:
        last, is_along = Charge.objects.last_in_place_of(more), True
    return last, is_along


def _came_with(more: Charge) -> str:
    amount = show(more.amount)
    if more.state == Charge.State.SUCCEEDED:
        return f"it came with a payment of {amount}, which has arrived"
    if more.is_waiting:
        return f"it comes with a payment of {amount}"
    return f"it came with a payment of {amount}, which was given up"


def _became(successor: Charge) -> str:
    """Say what becomes of what was left of a charge that was given up."""
    if successor.state == Charge.State.SUCCEEDED:
        return "was left, and is paid"
    if successor.is_waiting:
        return "is left, and is paid as another payment"
    return "was left, and that payment was given up too"


def _rate_says(charge: Charge, *, at: datetime) -> str:
    if charge.quote is None:
        return ""
    until = charge.quote.asked_at + RATE_STANDS
    if at < until:
        return f"This rate stands for what begins until {until:%-d %B, %H:%M} UTC."
    return "It is tried, or paid on a page, at the rate of that moment."


def _what_next(charge: Charge, settlements: list[Settlement]) -> str:
    if charge.credit and charge.state in {Charge.State.FAILED, Charge.State.CANCELLED}:
        return "No money moved, and your credit is whole. You can begin another payment."
    is_held = any(each.escrow and each.escrow.state == Escrow.State.HELD for each in settlements)
    if charge.state == Charge.State.SUCCEEDED and is_held:
        return "The money is held until you approve the work."
    return NEXT[Charge.State(charge.state)]


def _lines(settlement: Settlement) -> list[CostLine]:
    escrow, item = settlement.escrow, settlement.open_item
    if item and settlement.amount != item.total:
        return [CostLine(settlement.title, settlement.amount, note="a part of what is owed")]
    terms = escrow or item
    if terms is None:  # They sent it by themselves: it is for nothing yet.
        return [CostLine(settlement.title, settlement.amount, note="your credit")]
    note = f"held for {terms.freelancer}" if escrow else f"for {terms.freelancer}"
    lines = [
        CostLine(settlement.title, terms.net, note=note),
        CostLine("Their VAT", terms.tax),
        CostLine("Our fee", terms.client_fee),
        CostLine("VAT on our fee", terms.client_fee_tax),
    ]
    return [line for line in lines if line.amount.amount]


def _stops(charge: Charge, refunds: list[Refund]) -> list[Stop]:
    stops = [Stop("Begun", charge.amount, charge.begun_at, done=True)]
    for change in charge.changes.order_by("at", "pk"):
        words = Charge.State(change.became).label.capitalize()
        stops.append(Stop(words, None, change.at, done=True, note=change.note))
    if charge.settled_at:
        stops.append(Stop("Arrived at our bank", None, charge.settled_at, done=True))
    for refund in refunds:
        at = refund.finished_at or refund.requested_at
        done = refund.state == Refund.State.SUCCEEDED
        words = WAITS if refund.short_since else refund.get_state_display().capitalize()
        stops.append(Stop(words, refund.amount, at, done=done, note=_note(refund)))
    return stops


def _note(refund: Refund) -> str:
    """Why it goes back, and when it is seen; in the client's own currency, how much they get."""
    part = getattr(refund, "part", None)
    why = f"{refund.reason} ({show(part.amount)} to you)" if part else refund.reason
    if refund.short_since:
        return f"{why} · It is yours, and leaves as soon as our own balance has settled."
    is_over = refund.state in {Refund.State.FAILED, Refund.State.CREDITED}
    if is_over or not refund.sent_amount:
        return why
    return f"{why} · {seen_after(refund.charge.way)}"
