"""A client's bank wants a payment back: what the provider shows of it, and what it means here.

What counts is the provider's object as it is now: its status, and what is on our balance. So
neither the order of events nor their number matters.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import Money, currency_of, from_minor, to_minor
from billing_site.kernel.transitions import SYSTEM, take
from ledger import movements
from ledger.movements import Movement
from ledger.services.posting import post_many
from payments.gateways.base import BalanceLine, DisputeState
from payments.models import Charge, Chargeback
from payments.services import (
    case_locks,
    going_back,
    keeping,
    losing,
    returning,
    setting_aside,
    telling_of_chargebacks,
)

logger = logging.getLogger(__name__)
THE_BANK = SYSTEM("the client's bank said so")
OURS = SYSTEM("our answer is with the bank")
State = Chargeback.State
PREVENTED = "prevented"
# What the provider says, and where that brings a case.
MEANS = {
    "warning_needs_response": State.INQUIRY,
    "warning_under_review": State.INQUIRY,
    "warning_closed": State.CLOSED,
    "needs_response": State.OPENED,
    "under_review": State.RESPONDED,
    "won": State.WON,
    "lost": State.LOST,
    PREVENTED: State.CLOSED,
}


class OtherSum(Exception):
    """What moved at the provider is not what its case is about: a person has to look."""


@dataclass(frozen=True, slots=True)
class News:
    """What became of a case, for those above who have to do something about it."""

    case: Chargeback
    was: str  # the state before; empty: it is new
    unfrozen: Collection[int] = ()  # escrows that this kept, and that it keeps no more
    emptied: Collection[int] = ()  # escrows of which the bank took all
    booked: bool = False  # the loss went to the books just now: the bank has decided, and has it
    returned: bool = False  # the loss was turned round just now, and everybody has theirs again
    refilled: Collection[int] = ()  # escrows that hold again what had been taken of them


def charge_of(state: DisputeState) -> Charge | None:
    """The charge that was paid, or that a payment came for which nothing waited for."""
    if stray := case_locks.stray_of(state):
        return stray.charge
    return Charge.objects.filter(payment_id=state.payment_id).exclude(payment_id="").first()


@transaction.atomic
def follow(
    charge_id: int, state: DisputeState, *, at: datetime, protected: Collection[int] = ()
) -> News:
    """Bring our case to where the provider's is; change nothing where it is there already.

    *protected* are the lots whose freelancer is not to lose them: that is decided above, by
    what the work was. This posts to the books: call it last in your transaction.

    :raises OtherSum: the provider moved another sum, or another currency.
    """
    there = case_locks.lock(charge_id, state, at=at)
    case, was, escrows, lots = there.case, there.was, there.escrows, there.lots
    kept = bool(was) and case.is_undecided
    posts = _taken(case, state, at=at)
    _walk(case, _target(case, state), at=at)
    unfrozen: Collection[int] = ()
    touched: Mapping[int, Money] = {}  # what is kept, or was until now, by freelancer
    gone: Mapping[int, Money] = {}
    back: Mapping[int, Money] = {}  # what is available again, by freelancer
    only: Chargeback | None = None  # the case for which it is
    if case.is_undecided and not kept:
        theirs = keeping.unprotected(case, lots, protected)
        now = keeping.keep(case, escrows, theirs, there.unsent, at=at)
        touched, gone = now.by, now.gone
        posts, back, only = [*posts, *now.called_off.posts], now.called_off.back, case
    if kept and not case.is_undecided:
        freed = keeping.let_go(case, escrows, lots, protected, at=at)
        unfrozen, touched, back = freed.escrows, freed.by, freed.available
    news = News(case, was, unfrozen)
    if case.state == State.LOST and case.taken_at and not case.booked_at:
        unsent = [] if kept else there.unsent
        lost = losing.lose(case, escrows, lots, unsent, protected=protected, at=at)
        posts += lost.movements
        news = replace(news, emptied=[each.pk for each in lost.emptied], booked=True)
    elif case.state == State.WON and case.taken_at and not case.booked_at:
        posts += _won(case, at=at)
    elif case.state == State.WON and was == State.LOST and case.booked_at:
        again = returning.reinstate(case, escrows, lots, at=at)
        posts, back = [*posts, *again.posts], again.available
        news = replace(news, returned=True, refilled=again.refilled)
    posts += _given_back(case, state.given_back, at=at)
    case.save()
    if posts:
        post_many(posts)
    set_apart = {  # Their accounts are locked by now.
        of: setting_aside.add(of, amount, only=only, at=at) for of, amount in sorted(back.items())
    }
    if news.booked or case.state not in {was, State.LOST}:
        telling_of_chargebacks.tell_both(
            case,
            touched,
            gone,
            moved={} if only else set_apart,
            refilled=news.refilled if news.returned else None,
            at=at,
        )
    return news


def _target(case: Chargeback, state: DisputeState) -> State | None:
    """Where what the provider shows brings a case.

    What was called off is lost to nobody; what was *prevented* was sent back to its client
    instead, unless the provider gives us back what it took for that.
    """
    target = MEANS.get(state.status)
    if target != State.CLOSED or not (case.taken_at or case.state in Chargeback.UNDECIDED):
        return target
    is_gone = case.taken_at is not None and state.given_back is None
    return State.LOST if state.status == PREVENTED and is_gone else State.WON


def _walk(case: Chargeback, target: str | None, *, at: datetime) -> None:
    """Take the steps that lead there; a state that we do not know changes nothing.

    Nor does one that no step of ours leads to, such as lost after won: somebody has to look.
    """
    if target is None:
        logger.error("%s is “%s” at the provider, which we do not know", case, case.said)
        return
    if case.state == State.INQUIRY and target not in {State.INQUIRY, State.CLOSED}:
        take(case.escalate, by=THE_BANK, at=at)
    step: Callable[..., object] | None = {
        (State.INQUIRY, State.CLOSED): case.close,
        (State.OPENED, State.RESPONDED): case.respond,
        (State.OPENED, State.WON): case.win,
        (State.RESPONDED, State.WON): case.win,
        (State.OPENED, State.LOST): case.lose,
        (State.RESPONDED, State.LOST): case.lose,
        (State.LOST, State.WON): case.reinstate,
    }.get((State(case.state), State(target)))
    if step:
        take(step, by=OURS if target == State.RESPONDED else THE_BANK, at=at)
    elif target != case.state:
        logger.error("%s is %s here and “%s” at the provider", case, case.state, case.said)


def _taken(case: Chargeback, state: DisputeState, *, at: datetime) -> list[Movement]:
    """The bank has the money: at once, and long before anybody decides."""
    line = state.taken
    if line is None or case.taken_at is not None:
        return []
    if case.state == State.CLOSED:
        raise OtherSum(f"{case} was only a question, and is over; line {line.line_id} is new")
    part = going_back.part_of(case, from_minor(state.amount, state.currency), at=at)
    _check_sum(case, -line.amount, line)
    cost = from_minor(line.cost, line.currency)
    case.taken_at, case.cost = at, going_back.at_its_rate(part, cost)
    if case.stray_id is None:
        case.charge.taken_back += case.amount
        case.charge.save(update_fields=["taken_back"])
    return [
        movements.open_chargeback(case=case.ref, amount=case.amount, cost=cost, at=at),
        *going_back.back(part, case, at=at),
        movements.settle_provider_line(
            line=line.line_id,
            reference=("chargeback", case.ref),
            amount=from_minor(line.amount - line.cost, line.currency),
            cost=cost - cost,  # It is in the case's own entry.
            at=at,
        ),
    ]


def _won(case: Chargeback, *, at: datetime) -> list[Movement]:
    case.booked_at = at
    returning.count_back(case)
    won = movements.win_chargeback(case=case.ref, amount=case.amount, at=at)
    return [won, *going_back.given_back(case, at=at)]


def _given_back(case: Chargeback, line: BalanceLine | None, *, at: datetime) -> list[Movement]:
    """What came back is on our balance; it may be there before or after the decision is."""
    if line is None or case.settled_at or case.state != State.WON or not case.booked_at:
        return []
    _check_sum(case, line.amount, line)
    case.settled_at = at
    return [
        movements.settle_provider_line(
            line=line.line_id,
            reference=("chargeback", case.ref),
            amount=from_minor(line.amount, line.currency),
            cost=from_minor(line.cost, line.currency),
            at=at,
        )
    ]


def _check_sum(case: Chargeback, minor: int, line: BalanceLine) -> None:
    part = going_back.part_of_cause(case)
    moved = part.amount if part else case.amount
    if (minor, line.currency) != (to_minor(moved), currency_of(moved)):
        raise OtherSum(f"{case} is about {case.amount}, and line {line.line_id} is not")
