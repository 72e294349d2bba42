"""While a bank decides, what it wants back stays where it is: held, pending or available."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from billing_site.kernel.money import Money, zero
from billing_site.kernel.transitions import SYSTEM, NotAllowed
from payments.models import Charge, Chargeback, Escrow, Freeze, Lot, Payout, Stake
from payments.services import coming_back, freezing, losses, setting_aside

BANK = SYSTEM("the client's bank wants it back")
CHARGEBACK = Freeze.Cause.CHARGEBACK
NOTHING = coming_back.CalledOff([], {})


def keep(
    case: Chargeback,
    escrows: Sequence[Escrow],
    lots: Sequence[Lot],
    unsent: Sequence[Payout],
    *,
    at: datetime,
) -> coming_back.CalledOff:
    """Keep what the bank may get. Nobody else's money is touched, nor more than that.

    *lots* are those that nobody protects, *unsent* what their freelancers withdrew and nobody
    has sent. The caller has all the locks, posts what is called off, and sets that apart.
    """
    if case.stray_id:
        return NOTHING  # It is about a payment that nothing waited for: nothing was made of that.
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
    for stake in Stake.objects.filter(chargeback__in=others, freelancer__in=loose):
        loose[stake.freelancer_id] -= stake.amount  # That is wanted once.
    missing = {
        of: setting_aside.want(case, of, amount, at=at)
        for of, amount in sorted(loose.items())
        if amount.amount > 0
    }
    return coming_back.call_off(unsent, missing, client=str(case.charge.client), at=at)


def let_go(case: Chargeback, *, at: datetime) -> tuple[list[int], Mapping[int, Money]]:
    """The bank has decided: what was kept for this case is free, unless another one keeps it.

    Returns the escrows that nothing of this cause keeps any more, and what was set apart for
    it, by freelancer. The caller has the locks.
    """
    freed = setting_aside.let_go(case, at=at)
    if case.stray_id:
        return [], freed  # What the charge's own cases keep is not its to let go.
    others = case.charge.chargebacks.undecided().filter(stray=None)
    other = others.exclude(pk=case.pk).order_by("pk").first()
    case.keeps.update(kept_for=other)
    if other:
        return [], freed
    frozen = Freeze.objects.open().filter(escrow__funded_by=case.charge_id, cause=CHARGEBACK)
    free = list(frozen.order_by("escrow_id").values_list("escrow_id", flat=True))
    for pk in free:
        freezing.unfreeze(pk, cause=CHARGEBACK, by=BANK, at=at)
    return free, freed


def refuse_if_wanted(charge: Charge) -> None:
    """:raises NotAllowed: its bank decides about it; what went back now, would go back twice."""
    if charge.chargebacks.undecided().filter(stray=None).exists():
        raise NotAllowed(
            "Nothing can be refunded of this payment now: the client's bank wants it back, and"
            " decides. What we sent back meanwhile would be gone twice."
        )
