"""What neither offers nor a proposal ended: an arbiter awards it, where both sides want one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import show, zero
from billing_site.kernel.transitions import SYSTEM, NotYours, WrongState, take
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from disputes.arbitration_fees import share_of
from disputes.models import ArbitrationShare, Dispute, Side
from disputes.services import calendar, dispute_letters, shares, splitting
from disputes.services.bench import heard_by
from disputes.services.locking import check_reason, check_running, lock, side_of
from invoices.services.repeating import is_repeated
from invoices.services.telling import date_words
from payments.services import arbitration_costs

State, Bench = Dispute.State, ArbitrationShare.Bench
SPENDS = {Side.CLIENT: Deed.FUND, Side.FREELANCER: Deed.WITHDRAW}
BOTH_CHOSE = SYSTEM("both sides chose arbitration")


@transaction.atomic
def choose(
    dispute_id: int,
    *,
    bench: ArbitrationShare.Bench = Bench.PANEL,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Dispute:
    """Choose arbitration for a side. When both have, it starts; its award is final.

    Whoever alone has chosen it when the time is over gets the money; the other side has three
    business days at least. An external arbiter hears it if both want one: each side's share is
    held from now on, and this posts, last. Our panel hears it otherwise, and costs nothing.

    :raises WrongState: no proposal was refused, the time is over, or the side has chosen.
    :raises NotYours: *by* speaks for neither side, or may not spend its share.
    :raises NotAllowed: the side has less with us than its share.
    """
    dispute = lock(dispute_id)
    if is_repeated(by, "dispute.arbitrate", f"dispute/{dispute.ref}", op_id=op_id, at=at):
        return dispute
    side = side_of(dispute, by)
    check_running(dispute, at=at)
    if dispute.shares.standing().filter(side=side).exists():
        raise WrongState(f"{dispute.organization_of(side)} has chosen arbitration already.")
    is_second = dispute.state == State.ARBITRATION_PENDING
    if not is_second:
        take(dispute.pay_share, by=by, at=at, act_by=calendar.joins_by(dispute, at=at))
    share = _put_down(dispute, side, bench, by=by, at=at)
    if is_second:
        take(dispute.start, by=BOTH_CHOSE, at=at)
        if not shares.is_external(dispute):
            shares.hand_on(dispute)
        _tell_of_start(dispute, at=at)
    else:
        _tell_of_choice(dispute, side, at=at)
    if share.amount:
        arbitration_costs.hold(shares.held_of(dispute, share), by=by, at=at)
    return dispute


@transaction.atomic
def discontinue(dispute_id: int, *, reason: str, by: User, at: datetime) -> Dispute:
    """The arbiter stops: the case is where it was when the proposal was refused.

    An award that waits for a second person was never in force, and nobody confirms it later.

    :raises NotYours: *by* is not its arbiter.
    """
    dispute = heard_by(dispute_id, by, among=(State.IN_ARBITRATION,))
    reason = check_reason(reason)
    until = at + calendar.SHARE
    take(dispute.discontinue, by=by, at=at, act_by=until, note=reason)
    dispute.decisions.to_confirm().update(refused_at=at)
    dispute.shares.standing().update(ended_at=at)
    shares.hand_on(dispute)
    dispute_letters.tell_both(
        dispute,
        f"The arbitration about “{dispute.escrow.title}” was discontinued",
        f"The arbiter stopped: {reason}\n\nYou can still agree, or choose arbitration anew by"
        f" {date_words(until)}. If nothing happens, the mediator's last proposal stands.",
        key=f"discontinued/{at:%Y-%m-%dT%H:%M}",
        at=at,
    )
    return dispute


def default(dispute: Dispute, *, at: datetime) -> None:
    """The time to choose is over. The caller has locked it; posts to the books, last."""
    chose = dispute.shares.standing().values_list("side", flat=True).first()
    if chose is None:
        figure = dispute.proposal.figure
        words = "Nobody chose arbitration within seven days, so the last proposal stands."
        why = SYSTEM("nobody chose arbitration")
    else:
        figure = dispute.at_stake if chose == Side.FREELANCER else zero(dispute.currency)
        words = f"Only {dispute.organization_of(chose)} chose arbitration in time."
        why = SYSTEM("one side alone chose arbitration")
    take(dispute.default, by=why, at=at, figure=figure)
    splitting.close(dispute, words=words, by=why, at=at)


def _put_down(
    dispute: Dispute, side: Side, bench: ArbitrationShare.Bench, *, by: User, at: datetime
) -> ArbitrationShare:
    is_external = bench == Bench.EXTERNAL
    amount = share_of(dispute) if is_external else zero(dispute.currency)
    payer, deed = dispute.organization_of(side), SPENDS[side]
    if is_external and not may(by, deed, payer, amount):
        raise NotYours(f"It is not for {by} to put down {show(amount)} for {payer}.")
    return ArbitrationShare.objects.create(
        dispute=dispute,
        side=side,
        bench=bench,
        currency=dispute.currency,
        amount=amount,
        by=by,
        at=at,
    )


def _tell_of_choice(dispute: Dispute, side: Side, *, at: datetime) -> None:
    assert dispute.act_by, "The other side has a deadline."
    who, other = dispute.organization_of(side), dispute.organization_of(side.other)
    until = date_words(dispute.act_by)
    dispute_letters.tell_both(
        dispute,
        f"{who} chose arbitration about “{dispute.escrow.title}”: {other} chooses by {until}",
        f"{who} wants an arbiter to decide for good. If {other} does not choose arbitration as"
        f" well by {until}, the money goes to {who}. You can still agree on a figure.",
        key=f"share/{side}/{at:%Y-%m-%dT%H:%M}",
        at=at,
    )


def _tell_of_start(dispute: Dispute, *, at: datetime) -> None:
    if shares.is_external(dispute):
        share = dispute.shares.standing().first()
        assert share, "Both sides have put theirs down."
        who = f"an external arbiter. Each side's share of {show(share.amount)} is held for them; it"
        who += " comes back if you agree before the award."
    else:
        who = "our panel: an arbiter who has not heard the case before. That costs nothing; what"
        who += " was put down for an external arbiter comes back."
    dispute_letters.tell_both(
        dispute,
        f"An arbiter decides about “{dispute.escrow.title}”",
        f"Both sides chose arbitration. It is decided for good by {who} Until then you can still"
        " agree: figures that meet settle it at once.",
        key=f"arbitration/{at:%Y-%m-%dT%H:%M}",
        at=at,
    )
