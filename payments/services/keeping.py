"""While a bank decides, what it wants back stays where it is: held, pending or available."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money, zero
from billing_site.kernel.transitions import SYSTEM, NotAllowed
from payments.models import Charge, Chargeback, Escrow, Freeze, Lot, Payout, Stake
from payments.services import coming_back, freezing, losses, setting_aside

BANK = SYSTEM("the client's bank wants it back")
CHARGEBACK = Freeze.Cause.CHARGEBACK


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a payment is kept, by freelancer, and what was stopped for that."""

    by: Mapping[int, Money]  # wherever it is
    gone: Mapping[int, Money]  # what the bank may get, and is with us no more
    called_off: coming_back.CalledOff


@dataclass(frozen=True, slots=True)
class Freed:
    """What is not kept any more."""

    by: Mapping[int, Money]  # by freelancer, wherever it is
    available: Mapping[int, Money]  # by freelancer: of that, what a loss does not take now
    escrows: Sequence[int]


def keep(
    case: Chargeback,
    escrows: Sequence[Escrow],
    lots: Sequence[Lot],
    unsent: Sequence[Payout],
    *,
    at: datetime,
) -> Kept:
    """Keep what the bank may get. Nobody else's money is touched, nor more than that.

    *lots* are those that nobody protects, *unsent* what their freelancers withdrew and nobody
    has sent. The caller has all the locks, posts what is called off, and sets that apart.
    """
    if case.stray_id:  # It is about a payment that nothing waited for: nothing was made of that.
        return Kept({}, {}, coming_back.CalledOff([], {}))
    others = case.charge.chargebacks.undecided().filter(stray=None).exclude(pk=case.pk)
    wanted = sum((each.amount for each in others), start=case.amount)
    at_risk = losses.losses_of(wanted, escrows, lots)
    by: dict[int, Money] = {}
    for escrow, _ in at_risk.held:
        freezing.freeze(escrow.pk, cause=CHARGEBACK, reason=BANK.reason, by=BANK, at=at)
        _add(by, escrow.freelancer_id, escrow.release_of(escrow.remaining).net_to_freelancer)
    loose = _loose_of(at_risk)
    for lot, _ in at_risk.lots:
        if lot.made_available_at is not None:
            continue
        _add(by, lot.freelancer_id, lot.left)
        if lot.kept_for_id is None:
            lot.kept_for = case
            lot.save(update_fields=["kept_for"])
    for stake in Stake.objects.filter(chargeback__in=others, freelancer__in=loose):
        loose[stake.freelancer_id] -= stake.amount  # That is wanted once.
        _add(by, stake.freelancer_id, setting_aside.kept_of(stake))
    missing: dict[int, Money] = {}
    for of, amount in sorted(loose.items()):
        if amount.amount > 0:
            missing[of] = setting_aside.want(case, of, amount, at=at)
            _add(by, of, amount - missing[of])
    called_off = coming_back.call_off(unsent, missing, client=str(case.charge.client), at=at)
    for of, amount in called_off.back.items():
        again = min(amount, missing[of])
        missing[of] -= again
        _add(by, of, again)
    return Kept(by, missing, called_off)


def let_go(
    case: Chargeback,
    escrows: Sequence[Escrow],
    lots: Sequence[Lot],
    protected: Collection[int],
    *,
    at: datetime,
) -> Freed:
    """The bank has decided: what was kept for this case is free, unless another one keeps it.

    The caller has the locks, and adds what is available to what other cases keep.
    """
    set_apart = setting_aside.let_go(case, at=at)
    if case.stray_id:
        return Freed({}, {}, [])  # What the charge's own cases keep is not its to let go.
    is_won = case.state == Chargeback.State.WON
    if is_won:
        _want_more(case, escrows, lots, protected)
    available = set_apart if is_won else {}
    others = case.charge.chargebacks.undecided().filter(stray=None)
    other = others.exclude(pk=case.pk).order_by("pk").first()
    by, kept = dict(set_apart), list(case.keeps.all())
    if other:
        case.keeps.update(kept_for=other)
        return Freed(by, available, [])
    case.keeps.update(kept_for=None, let_go_at=at)
    for lot in kept:
        _add(by, lot.freelancer_id, lot.left)
    frozen = Freeze.objects.open().filter(escrow__funded_by=case.charge_id, cause=CHARGEBACK)
    free = list(frozen.order_by("escrow_id").select_related("escrow"))
    for freeze in free:
        held = freeze.escrow
        freezing.unfreeze(held.pk, cause=CHARGEBACK, by=BANK, at=at)
        _add(by, held.freelancer_id, held.release_of(held.remaining).net_to_freelancer)
    return Freed(by, available, [freeze.escrow_id for freeze in free])


def unprotected(case: Chargeback, lots: Sequence[Lot], protected: Collection[int]) -> Sequence[Lot]:
    """Of what comes back of a debit its client owes again, nothing is whose who worked for it."""
    return [] if case.is_debit else [lot for lot in lots if lot.pk not in protected]


def refuse_if_wanted(charge: Charge) -> None:
    """:raises NotAllowed: its bank decides about it; what went back now, would go back twice."""
    if charge.chargebacks.undecided().filter(stray=None).exists():
        raise NotAllowed(
            "Nothing can be refunded of this payment now: the client's bank wants it back, and"
            " decides. What we sent back meanwhile would be gone twice."
        )


def _want_more(
    case: Chargeback, escrows: Sequence[Escrow], lots: Sequence[Lot], protected: Collection[int]
) -> None:
    """It was won: what it wanted of whom a bank takes from first, other cases may get now.

    What each of these may get is beside what those before it want.
    """
    wanted, before = zero(case.currency), dict[int, Money]()
    others = case.charge.chargebacks.undecided().filter(stray=None).exclude(pk=case.pk)
    for other in others.order_by("pk"):
        wanted += other.amount
        at_risk = losses.losses_of(wanted, escrows, unprotected(other, lots, protected))
        now = _loose_of(at_risk)
        for of, amount in sorted(now.items()):
            setting_aside.want_more(other, of, amount - before.get(of, amount - amount))
        before = now


def _loose_of(at_risk: losses.Losses) -> dict[int, Money]:
    """What of it is available, by freelancer."""
    loose: dict[int, Money] = {}
    for lot, part in at_risk.lots:
        if lot.made_available_at is not None:
            _add(loose, lot.freelancer_id, part.amount)
    return loose


def _add(sums: dict[int, Money], freelancer_id: int, amount: Money) -> None:
    sums[freelancer_id] = sums.get(freelancer_id, amount - amount) + amount
