"""One try after another to collect a charge, and what each of them brings.

What the bank answers at once comes from the outbox; that the money arrived, or did not after
all, is told by the gateway's events, as with every other payment (see following.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from billing_site.kernel.money import currency_of, to_minor
from billing_site.kernel.transitions import SYSTEM, NotAllowed, take
from billing_site.platform.queue import later
from payments.gateways.base import PaymentState
from payments.gateways.sums import is_too_little
from payments.models import (
    Charge,
    ChargeAttempt,
    Collection,
    GatewayCommand,
    OpenItem,
    PromisedTransfer,
    Settlement,
)
from payments.services import charging, collection_news, currency_choices, leftovers, method_order
from payments.services.calling_off import call_off_beside
from payments.services.commands import enqueue
from payments.statement import suffix_of

Outcome = ChargeAttempt.Outcome
A_MOMENT = timedelta(minutes=1)
UNTIL_THERE_IS_A_RATE = timedelta(hours=1)
TRANSFER_FIRST = (
    "A bank transfer for it is being given up first. Then we charge what you have saved."
)


def try_next(charge: Charge, collection: Collection, *, at: datetime) -> None:
    """Try the next method of this round; where there is none, the round is over.

    Whoever calls this has locked the charge.
    """
    if is_too_little(charge.charged):
        leftovers.wait_for_more(charge, collection)
        return
    method = method_order.next_method(charge, collection)
    if method is None:
        _end_round(charge, collection, at=at)
        return
    if call_off_beside(charge, at=at):
        _wait(charge, collection, TRANSFER_FIRST, until=at + A_MOMENT)
        return  # It may arrive yet: nothing is taken beside it.
    if not _has_its_rate(charge, collection, at=at):
        return
    if is_too_little(charge.charged):
        leftovers.wait_for_more(charge, collection)
        return
    params = {
        "reference": charge.ref,
        "customer": method.customer,
        "method_id": method.method_id,
        "amount": to_minor(charge.charged),
        "currency": currency_of(charge.charged),
        "metadata": {"charge": charge.ref},
        "statement": suffix_of(charge.ref),
    }
    command = enqueue(GatewayCommand.Kind.CHARGE_SAVED, charge, params, at=at)
    ChargeAttempt.objects.create(
        collection=collection,
        method=method,
        command=command,
        quote=charge.quote,
        round=collection.rounds,
        begun_at=at,
    )
    plan(collection, None)


def set_rate(charge: Charge, collection: Collection, *, at: datetime) -> None:
    """Whoever is there has agreed to a rate, or to none; others are charged as they chose.

    :raises NotAllowed: there is no rate for what they want to pay in.
    """
    if collection.only is None:
        currency_choices.set_rate(charge, at=at)


def plan(collection: Collection, next_try_at: datetime | None) -> None:
    collection.next_try_at = next_try_at
    collection.save(update_fields=["next_try_at"])


def open_attempt(collection: Collection) -> ChargeAttempt | None:
    return collection.attempts.filter(finished_at__isnull=True).select_related("method").first()


# What the gateway answers, and what its events say.


@transaction.atomic
def answered(command: GatewayCommand, state: PaymentState, *, at: datetime) -> Charge:
    """The bank took it: it is on its way until an event says that it has arrived."""
    charge, attempt = _of(command)
    if attempt.finished_at is not None:
        return charge  # The event was faster.
    attempt.outcome, attempt.payment_id = Outcome.ON_ITS_WAY, state.payment_id
    attempt.save(update_fields=["outcome", "payment_id"])
    if charge.state == Charge.State.BEGUN:
        charge.arrives_on = state.arrives_on
        _submit(charge, attempt, paid_by=state.method, at=at)
    return charge


@transaction.atomic
def refused(command: GatewayCommand, *, words: str, to_confirm: bool, at: datetime) -> Charge:
    """The bank said no: the next method is tried at once. If it wants to see them, they are told.

    A method that its bank wants confirmed is not gone around by charging another one at once:
    its owner has until the next round to do so.
    """
    charge, attempt = _of(command)
    if attempt.finished_at is None:
        _finish(attempt, Outcome.TO_CONFIRM if to_confirm else Outcome.REFUSED, words, at=at)
        _go_on(charge, attempt.collection, words=words, ends_round=to_confirm, at=at)
    return charge


def arrived(charge: Charge, *, payment_id: str, at: datetime) -> None:
    """The money is there; nothing is tried any more. The caller has the lock."""
    collection = Collection.objects.filter(charge=charge).first()
    if collection is None:
        return
    attempt = open_attempt(collection)
    if attempt and attempt.payment_id in {"", payment_id}:
        attempt.payment_id = payment_id
        _finish(attempt, Outcome.PAID, "", at=at)
    plan(collection, None)


def review_all_for(items: Iterable[OpenItem], *, cause: str, but: Charge | None = None) -> None:
    """Less of *items* is owed than was: have all that collects it ask for no more than that."""
    towards = Charge.objects.towards(items).filter(state__in=Charge.WAITING)
    kept = PromisedTransfer.objects.kept().values("charge")
    waiting = towards.filter(Q(collection__isnull=False) | Q(pk__in=kept))
    for pk in waiting.exclude(pk=but.pk if but else 0).values_list("pk", flat=True).distinct():
        key = f"charge/{pk}/review/{cause}"
        later("payments.tasks.review_collection", key=key, charge_pk=pk)


def failed(
    charge: Charge, *, payment_id: str, words: str, at: datetime, by_page: bool = False
) -> None:
    """What was on its way did not arrive. The charge was reopened by who has the lock.

    What was paid *by_page* is no try of ours. One that is being made beside it goes on.
    """
    collection = Collection.objects.get(charge=charge)
    attempt = open_attempt(collection)
    if attempt and (by_page or attempt.payment_id not in {"", payment_id}):
        if attempt.payment_id:
            _submit(charge, attempt, at=at)
        return
    if attempt:
        attempt.payment_id = payment_id
        _finish(attempt, Outcome.REFUSED, words, at=at)
    _go_on(charge, collection, words=words, ends_round=attempt is None, at=at)


def _has_its_rate(charge: Charge, collection: Collection, *, at: datetime) -> bool:
    """Without a rate that is needed nobody is charged: it is tried again soon."""
    try:
        set_rate(charge, collection, at=at)
    except NotAllowed as refusal:
        _wait(charge, collection, str(refusal), until=at + UNTIL_THERE_IS_A_RATE)
        return False
    return True


def _wait(charge: Charge, collection: Collection, words: str, *, until: datetime) -> None:
    charge.problem = words[:300]
    charge.save(update_fields=["problem"])
    plan(collection, until)


def _go_on(
    charge: Charge, collection: Collection, *, words: str, ends_round: bool, at: datetime
) -> None:
    if charge.state != Charge.State.BEGUN:
        return  # It was given up, or paid on a page.
    charge.problem = words[:300]
    charge.save(update_fields=["problem"])
    parts = Settlement.objects.filter(charge=charge).select_related("escrow", "open_item")
    if not collection.only and not leftovers.is_needed(parts):
        _ask_for_less(charge, collection, is_over=not leftovers.left_of(parts), at=at)
    elif ends_round:
        _end_round(charge, collection, at=at)
    else:
        try_next(charge, collection, at=at)


def _ask_for_less(charge: Charge, collection: Collection, *, is_over: bool, at: datetime) -> None:
    """Less is owed by now. What is left is asked for when its turn comes, and not at once again."""
    if is_over:
        plan(collection, at)  # The next sweep gives it up.
        return
    key = f"charge/{charge.pk}/review/round/{collection.rounds}"
    _end_round(charge, collection, at=at)
    later("payments.tasks.review_collection", key=key, charge_pk=charge.pk)


def _end_round(charge: Charge, collection: Collection, *, at: datetime) -> None:
    """Nothing paid: say what was tried and what happens next, and wait.

    What the client chose by themselves is given up: they are there, and choose again.
    """
    if collection.only:
        plan(collection, None)
        charging.cancel(charge.pk, by=SYSTEM(f"{collection.only} did not pay it"), at=at)
        return
    collection.late_since = collection.late_since or at
    collection.next_try_at = collection.next_round_after(at)
    collection_news.round_ended(charge, collection, at=at)
    collection.rounds += 1
    collection.save(update_fields=["rounds", "late_since", "next_try_at"])


def _submit(charge: Charge, attempt: ChargeAttempt, *, paid_by: str = "", at: datetime) -> None:
    by, words = SYSTEM(f"{attempt.method} was charged"), paid_by or str(attempt.method)
    charge.way = attempt.method.kind
    take(charge.submit, by=by, at=at, paid_by=words, payment_id=attempt.payment_id)


def _finish(attempt: ChargeAttempt, outcome: Outcome, words: str, *, at: datetime) -> None:
    attempt.outcome, attempt.words, attempt.finished_at = outcome, words[:300], at
    attempt.save(update_fields=["outcome", "words", "finished_at", "payment_id"])


def _of(command: GatewayCommand) -> tuple[Charge, ChargeAttempt]:
    assert command.charge_id, "What is charged is a charge."
    charge, _ = charging.lock(command.charge_id)
    # What was never done is asked anew, by a command that the attempt does not know.
    known = ChargeAttempt.objects.filter(collection__charge=charge, command__lte=command.pk)
    return charge, known.select_related("collection", "method").latest("command")
