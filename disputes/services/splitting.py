"""What an outcome does with the money: once, at once, or when nothing else keeps it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import Money, proportion, to_minor, zero
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, take
from billing_site.people.models import User
from disputes.models import Dispute, Offer
from disputes.services import dispute_letters, shares
from disputes.services.locking import lock
from invoices.services import contesting
from invoices.services.locking import lock_from_the_top
from payments.models import Escrow, Freeze
from payments.services import freezing

ENDED = SYSTEM("the dispute about it is over")


def close(dispute: Dispute, *, words: str, by: User | SYSTEM, at: datetime) -> None:
    """Carry out the outcome that a locked dispute was just given. Posts to the books, last."""
    assert dispute.figure is not None, "An outcome has a figure; the database sees to it."
    _end_all(dispute, at=at)
    figure = dispute_letters.divided(dispute, dispute.figure)
    dispute_letters.tell_both(
        dispute,
        f"The dispute about “{dispute.escrow.title}” is over: {figure}",
        f"{words} {figure}. Our fees follow the money.",
        key="closed",
        at=at,
    )
    split(dispute, by=by, at=at)


def split(dispute: Dispute, *, by: User | SYSTEM, at: datetime) -> bool:
    """Divide the money by the figure and decide the invoice, unless another cause keeps it.

    What a bank took in part is missing from both shares in proportion; where it took all,
    nothing is divided and the invoice resumes. Returns whether it was done. Posts last.
    """
    lock_from_the_top(dispute.invoice_id)
    held = Escrow.objects.lock(dispute.escrow_id)
    if dispute.split_at or _is_kept(held, figure=dispute.figure):
        return False
    freezing.unfreeze(held.pk, cause=Freeze.Cause.DISPUTE, by=by, at=at)
    remaining = held.remaining if held.state == Escrow.State.HELD else zero(held.currency)
    part = _part(dispute, remaining)
    dispute.split_at = at
    dispute.split_to_freelancer, dispute.split_to_client = part, remaining - part
    dispute.save(update_fields=["split_at", "split_to_freelancer", "split_to_client"])
    if not remaining and held.state != Escrow.State.EXPECTED:
        contesting.resume(dispute.invoice_id, by=by, at=at)
        return True
    contesting.decide(
        dispute.invoice_id, gross_to_freelancer=part, by=by, at=at, reason=ENDED.reason
    )
    return True


def let_go(dispute: Dispute, *, by: User | SYSTEM, at: datetime) -> None:
    """Nothing is divided: the money is free again, and the invoice goes on where it was."""
    _end_all(dispute, at=at)
    lock_from_the_top(dispute.invoice_id)
    freezing.unfreeze(dispute.escrow_id, cause=Freeze.Cause.DISPUTE, by=by, at=at)
    contesting.resume(dispute.invoice_id, by=by, at=at)


@transaction.atomic
def void(dispute_id: int, *, at: datetime) -> Dispute:
    """The bank took all of it. Called by who writes that down, in the same transaction."""
    dispute = lock(dispute_id)
    take(dispute.void, by=SYSTEM("the bank took all of the money"), at=at)
    let_go(dispute, by=ENDED, at=at)
    dispute_letters.tell_both(
        dispute,
        f"The dispute about “{dispute.escrow.title}” is over: the bank took the money",
        "The client's bank has taken back all that was held. There is nothing left to divide,"
        " and the invoice goes on where it was.",
        key="void",
        at=at,
    )
    return dispute


def split_waiting(*, at: datetime) -> list[Dispute]:
    """Split what waited until nothing else keeps it. The outcome was told when it was made."""
    waiting = Dispute.objects.unsplit().order_by("closed_at", "pk")
    keys = waiting.values_list("pk", flat=True)
    return one_by_one(keys, lambda pk: _split_now(pk, at=at), to="split dispute")


def _split_now(dispute_id: int, *, at: datetime) -> Dispute | None:
    dispute = lock(dispute_id)
    return dispute if split(dispute, by=ENDED, at=at) else None


def end_offers(
    dispute: Dispute, *, ending: Offer.Ending = Offer.Ending.CLOSED, at: datetime
) -> None:
    dispute.offers.standing().update(ended_at=at, ending=ending)


def _end_all(dispute: Dispute, *, at: datetime) -> None:
    """Nothing waits in a case that is over: no figure, no question, no second person, no share."""
    end_offers(dispute, at=at)
    dispute.questions.open().update(ended_at=at)
    dispute.decisions.to_confirm().update(refused_at=at)
    shares.hand_on(dispute)


def _is_kept(held: Escrow, *, figure: Money | None) -> bool:
    others = Freeze.objects.open().filter(escrow=held).exclude(cause=Freeze.Cause.DISPUTE)
    is_waiting = held.state == Escrow.State.EXPECTED and bool(figure)
    return is_waiting or others.exists()


def _part(dispute: Dispute, remaining: Money) -> Money:
    assert dispute.figure is not None, "An outcome has a figure; the database sees to it."
    if remaining == dispute.at_stake:
        return dispute.figure
    return proportion(remaining, to_minor(dispute.figure), to_minor(dispute.at_stake))
