"""What a bank may get of what is available is set apart, as far as it is there."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from billing_site.kernel.money import Money, from_minor, zero
from ledger import chart
from ledger.models import Reservation, ReservationEnd
from ledger.queries.balances import spendable
from ledger.services.reserving import end, reserve
from payments.models import Chargeback, Stake


def want(case: Chargeback, freelancer_id: int, amount: Money, *, at: datetime) -> Money:
    """Note what the bank may get, and set it apart. Return what of it was withdrawn before.

    The caller has the payee's lock.
    """
    stake = Stake.objects.create(
        chargeback=case, freelancer_id=freelancer_id, currency=case.currency, amount=amount
    )
    return amount - _set_aside(stake, amount, at=at)


def want_more(case: Chargeback, freelancer_id: int, amount: Money) -> None:
    """Note that the bank may get so much, where that is more than before. The caller adds it."""
    stake = case.stakes.filter(freelancer=freelancer_id).first() or Stake(
        chargeback=case,
        freelancer_id=freelancer_id,
        currency=case.currency,
        amount=zero(case.currency),
    )
    if amount > stake.amount:
        stake.amount = amount
        stake.save()


def add(freelancer_id: int, came: Money, *, only: Chargeback | None = None, at: datetime) -> Money:
    """Of what came back, set apart what undecided cases miss, the oldest first; not more of it.
    Return how much that was.

    What was called off for one case is for that *only*: others have no part in those earnings.
    The caller has the payee's lock, and has posted what came.
    """
    stakes = Stake.objects.undecided().filter(freelancer=freelancer_id, currency=came.currency)
    if only:
        stakes = stakes.filter(chargeback=only)
    left = came
    for stake in stakes.select_related("chargeback"):
        left -= _set_aside(stake, min(left, stake.amount - kept_of(stake)), at=at)
    return came - left


def kept_of(stake: Stake) -> Money:
    """What is set apart of it now."""
    amounts = _reservations(stake).filter(end=None).values_list("amount", flat=True)
    return from_minor(sum(amounts), stake.currency)


def let_go(case: Chargeback, *, at: datetime) -> dict[int, Money]:
    """Set nothing apart for this case any more. Return how much was, by its freelancer."""
    freed = {stake.freelancer_id: zero(case.currency) for stake in case.stakes.all()}
    kept = Reservation.objects.filter(key__startswith=f"chargeback/{case.ref}/", end=None)
    for key, amount in list(kept.order_by("key").values_list("key", "amount")):
        of = int(key.split("/")[2])
        freed[of] = freed.get(of, zero(case.currency)) + from_minor(amount, case.currency)
        end(key, outcome=ReservationEnd.Outcome.VOIDED, at=at)
    return freed


def _set_aside(stake: Stake, amount: Money, *, at: datetime) -> Money:
    account = chart.available(stake.freelancer_id)
    there = max(min(amount, spendable(account.code, stake.currency)), zero(stake.currency))
    if there:
        again = _reservations(stake).count()
        reserve(account, there, key=f"{stake.key}/{again}" if again else stake.key, at=at)
    return there


def _reservations(stake: Stake) -> QuerySet[Reservation]:
    return Reservation.objects.filter(Q(key=stake.key) | Q(key__startswith=f"{stake.key}/"))
