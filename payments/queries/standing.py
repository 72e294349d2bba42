"""Where a charge stands that we make by ourselves, in words for whoever pays or waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import currency_of, show
from payments.gateways.sums import least_payment
from payments.models import Charge, ChargeAttempt, Collection, Escrow, OpenItem
from payments.queries.earnings import Stop

TOGETHER = "It is too little to be charged by itself: it comes with the client's next payment."


@dataclass(frozen=True, slots=True)
class Standing:
    """`words` are for the client; a freelancer reads `for_freelancer`, which names no method."""

    words: str
    for_freelancer: str
    tries: list[Stop]  # newest first
    next_try_at: datetime | None
    is_late: bool
    may_be_paid: bool  # by page, or by trying what is saved once more
    has_methods: bool


def standing_of(charge: Charge) -> Standing | None:
    """Return None where the client pays by themselves, on a page that they asked for."""
    collection = Collection.objects.filter(charge=charge).first()
    if collection is None:
        return None
    attempts = list(collection.attempts.select_related("method", "quote").order_by("-pk"))
    open_ = next((each for each in attempts if each.finished_at is None), None)
    waits = charge.waits_for_payer and open_ is None
    return Standing(
        words=_for_client(charge, collection, attempts),
        for_freelancer=_for_freelancer(charge, collection),
        tries=[_stop(each) for each in attempts],
        next_try_at=collection.next_try_at if waits else None,
        is_late=collection.late_since is not None and charge.is_waiting,
        may_be_paid=waits and not collection.waits_for_more,
        has_methods=charge.client.payment_methods.filter(
            removed_at=None, unusable_since=None
        ).exists(),
    )


def how_far(purpose: Escrow | OpenItem | None, *, for_client: bool) -> str:
    """Return how far we have come with charging for it; empty where we do not, or it is paid."""
    if purpose is None:
        return ""
    if isinstance(purpose, OpenItem):
        waiting = Charge.objects.towards([purpose])
    else:
        waiting = Charge.objects.filter(settlements__escrow=purpose)
    charge = (
        waiting.filter(collection__isnull=False, state__in=Charge.WAITING).order_by("pk").last()
    )
    standing = standing_of(charge) if charge else None
    if standing is None:
        return ""
    return standing.words if for_client else standing.for_freelancer


def _for_client(charge: Charge, collection: Collection, attempts: list[ChargeAttempt]) -> str:
    last = attempts[0] if attempts else None
    if charge.state == Charge.State.ACTION_NEEDED:
        return "Go back to the payment page and confirm it with your bank."
    if charge.state == Charge.State.PROCESSING:
        return "Your bank is on it. You need not do anything."
    if charge.state != Charge.State.BEGUN:
        return ""
    if last and last.finished_at is None:
        return f"We are charging {last.method} for it."
    if last is None and collection.next_try_at is None and collection.rounds == 0:
        return _untried(charge, collection)
    if charge.promises.kept().exists():
        said = "You send it by bank transfer, and it is not here yet."
    elif last is None and collection.rounds == 0:
        said = charge.problem  # There is no rate for what they want to pay in.
    elif last is None:
        said = "You have saved no way to pay that we can charge."
    elif last.outcome == ChargeAttempt.Outcome.TO_CONFIRM:
        said = f"The bank of {last.method} wants you to confirm it: pay it on the page."
    else:
        said = "Nothing that you have saved has paid it."
    return f"{said} {_what_next(collection)}"


def _untried(charge: Charge, collection: Collection) -> str:
    if not collection.waits_for_more:
        return "Nothing that you have saved is charged for it by itself: please pay it now."
    least = show(least_payment(currency_of(charge.charged)))
    return f"A payment is {least} at least: we add this one to your next. You are not late."


def _what_next(collection: Collection) -> str:
    if collection.next_try_at is None:
        return "We do not try again by ourselves: please pay it now."
    return "We try again by ourselves, or you pay it now."


def _for_freelancer(charge: Charge, collection: Collection) -> str:
    if charge.state == Charge.State.SUCCEEDED:
        return "The client has paid."
    if not charge.is_waiting:
        return "The client was not charged."
    if charge.state == Charge.State.PROCESSING:
        return "The client's payment is on its way."
    if collection.late_since is None:
        return _on_time(charge, collection)
    if collection.next_try_at is None:
        return "The client's payment is late, and we have asked them to pay."
    return "The client's payment is late. We try again, and have asked them to pay."


def _on_time(charge: Charge, collection: Collection) -> str:
    if charge.promises.kept().exists():
        return "The client sends it by bank transfer, and it is not here yet."
    return TOGETHER if collection.waits_for_more else "The client is being charged."


def _stop(attempt: ChargeAttempt) -> Stop:
    words = f"{attempt.method}: {attempt.get_outcome_display()}"
    at = attempt.finished_at or attempt.begun_at
    asked = attempt.quote.amount if attempt.quote else None
    return Stop(words, asked, at, done=attempt.finished_at is not None, note=attempt.words)
