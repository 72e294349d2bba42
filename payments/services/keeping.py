"""While a bank decides, what it wants back stays where it is: held, pending or available."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from billing_site.kernel.money import Money, from_minor, zero
from billing_site.kernel.transitions import SYSTEM, NotAllowed
from ledger import chart
from ledger.models import Reservation, ReservationEnd
from ledger.queries.balances import spendable
from ledger.services.reserving import end, reserve
from payments.models import Charge, Chargeback, Escrow, Freeze, Lot, Payee
from payments.services import freezing, losses

BANK = SYSTEM("the client's bank wants it back")
Outcome = ReservationEnd.Outcome
CHARGEBACK = Freeze.Cause.CHARGEBACK


def keep(case: Chargeback, escrows: list[Escrow], lots: list[Lot], *, at: datetime) -> None:
    """Keep what the bank may get. Nobody else's money is touched, nor more than that.

    *lots* are those that nobody protects. The caller has all the locks.
    """
    if case.stray_id:
        return  # It is about a payment that nothing waited for: nothing was made of that.
    others = case.charge.chargebacks.undecided().filter(stray=None).exclude(pk=case.pk)
    wanted = sum((each.amount for each in others), start=case.amount)
    at_risk = losses.losses_of(wanted, escrows, lots)
    for escrow, _ in at_risk.held:
        freezing.freeze(escrow.pk, cause=CHARGEBACK, reason=BANK.reason, by=BANK, at=at)
    loose: dict[int, Money] = {}
    for lot, part in at_risk.lots:
        if lot.made_available_at is not None:
            of = lot.freelancer_id
            loose[of] = loose.get(of, zero(lot.currency)) + part.amount
        elif lot.kept_for_id is None:
            lot.kept_for = case
            lot.save(update_fields=["kept_for"])
    for freelancer_id, amount in sorted(loose.items()):
        kept = _kept_for(others, freelancer_id, case.currency)
        _set_aside(case, freelancer_id, amount - kept, at=at)


def let_go(case: Chargeback, *, at: datetime, outcome: Outcome = Outcome.VOIDED) -> list[int]:
    """The bank has decided: what was kept for this case is free, unless another one keeps it.

    Returns the escrows that nothing of this cause keeps any more. The caller has the locks.
    """
    for key in _reserved(case):
        end(key, outcome=outcome, at=at)
    if case.stray_id:
        return []  # What the charge's own cases keep is not its to let go.
    others = case.charge.chargebacks.undecided().filter(stray=None)
    other = others.exclude(pk=case.pk).order_by("pk").first()
    case.keeps.update(kept_for=other)
    if other:
        return []
    frozen = Freeze.objects.open().filter(escrow__funded_by=case.charge_id, cause=CHARGEBACK)
    free = list(frozen.order_by("escrow_id").values_list("escrow_id", flat=True))
    for pk in free:
        freezing.unfreeze(pk, cause=CHARGEBACK, by=BANK, at=at)
    return free


def refuse_if_wanted(charge: Charge) -> None:
    """:raises NotAllowed: its bank decides about it; what went back now, would go back twice."""
    if charge.chargebacks.undecided().filter(stray=None).exists():
        raise NotAllowed(
            "Nothing can be refunded of this payment now: the client's bank wants it back, and"
            " decides. What we sent back meanwhile would be gone twice."
        )


def _set_aside(case: Chargeback, freelancer_id: int, amount: Money, *, at: datetime) -> None:
    Payee.objects.lock_if_there(freelancer_id)
    account = chart.available(freelancer_id)
    there = min(amount, spendable(account.code, case.currency))
    if there.amount > 0:
        reserve(account, there, key=f"chargeback/{case.ref}/{freelancer_id}", at=at)


def _kept_for(others: Iterable[Chargeback], freelancer_id: int, currency: str) -> Money:
    """What the other cases of the same payment have set aside: that is wanted once."""
    keys = [f"chargeback/{each.ref}/{freelancer_id}" for each in others]
    amounts = Reservation.objects.filter(key__in=keys, end=None).values_list("amount", flat=True)
    return from_minor(sum(amounts), currency)


def _reserved(case: Chargeback) -> list[str]:
    mine = Reservation.objects.filter(key__startswith=f"chargeback/{case.ref}/", end=None)
    return list(mine.order_by("key").values_list("key", flat=True))
