"""The two may agree in every state that has no outcome: figures that meet settle at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, WrongState, take
from billing_site.people.models import User
from disputes.models import Dispute, Offer, Proposal, Side
from disputes.services import calendar, dispute_letters, splitting
from disputes.services.consent import check_figure
from disputes.services.locking import check_running, lock, side_of
from invoices.services.repeating import is_repeated
from invoices.services.telling import date_words


@transaction.atomic
def offer(
    dispute_id: int,
    *,
    figure: Money,
    words: str = "",
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Dispute:
    """Name what the freelancer should get. It replaces what the side said before.

    Where it meets or crosses the other side's standing figure, the case settles at once, at
    the figure that stood first. Then this posts to the books, last.

    :raises WrongState: the case is over, or its time is.
    :raises NotYours: *by* speaks for neither side, or may not spend so much.
    :raises NotAllowed: the figure is not between nothing and all.
    """
    dispute = lock(dispute_id)
    if is_repeated(by, "dispute.offer", f"dispute/{dispute.ref}", op_id=op_id, at=at):
        return dispute
    side = side_of(dispute, by)
    check_running(dispute, at=at)
    check_figure(dispute, figure, side=side, by=by)
    ours = dispute.offers.standing().filter(side=side)
    ours.update(ended_at=at, ending=Offer.Ending.REPLACED)
    made = Offer.objects.create(
        dispute=dispute,
        side=side,
        currency=dispute.currency,
        figure=figure,
        words=words.strip(),
        by=by,
        at=at,
        expires_at=calendar.business_days(at, calendar.OFFER_DAYS, dispute.contract),
    )
    answered(dispute, side, at=at)
    theirs = dispute.offers.standing(at=at).filter(side=side.other).first()
    if theirs and made.meets(theirs):
        _end(made, Offer.Ending.MET, at=at)
        _end(theirs, Offer.Ending.MET, at=at)
        _settle(dispute, theirs.figure, words="The two figures met.", by=by, at=at)
        return dispute
    _tell_of_offer(dispute, made, at=at)
    return dispute


@transaction.atomic
def accept(offer_id: int, *, by: User, at: datetime, op_id: UUID | None = None) -> Dispute:
    """Agree to the other side's figure. Posts to the books, last.

    :raises WrongState: it was replaced, it expired, or the case is over.
    :raises NotYours: *by* does not speak for the other side, or may not spend so much.
    """
    found = Offer.objects.values_list("dispute_id", flat=True).get(pk=offer_id)
    dispute = lock(found)
    theirs = Offer.objects.get(pk=offer_id)
    if is_repeated(by, "dispute.accept", f"offer/{theirs.ref}", op_id=op_id, at=at):
        return dispute
    side = side_of(dispute, by)
    check_running(dispute, at=at)
    if theirs.side == side:
        raise NotAllowed("That is your own figure: the other side accepts it.")
    if not theirs.stands(at=at):
        raise WrongState("That offer does not stand any more: it expired or was replaced.")
    check_figure(dispute, theirs.figure, side=side, by=by)
    _end(theirs, Offer.Ending.ACCEPTED, at=at)
    words = f"{dispute.organization_of(side)} accepted the other side's figure."
    _settle(dispute, theirs.figure, words=words, by=by, at=at)
    return dispute


@transaction.atomic
def withdraw(dispute_id: int, *, by: User, at: datetime, op_id: UUID | None = None) -> Dispute:
    """Take the dispute back: the money is free again, and the invoice goes on where it was.

    Once a mediator has proposed the side does not open it again. Once a share of an arbitration
    is put down it takes both to end the case: by a figure on which they agree.

    :raises WrongState: arbitration was chosen, it is decided, or over.
    :raises NotYours: *by* does not speak for the side that opened it.
    """
    dispute = lock(dispute_id)
    if is_repeated(by, "dispute.withdraw", f"dispute/{dispute.ref}", op_id=op_id, at=at):
        return dispute
    check_running(dispute, at=at)
    if chose := dispute.shares.standing().order_by("pk").first():
        raise WrongState(
            f"{dispute.organization_of(chose.side)} chose arbitration: it ends now by a figure on "
            "which you both agree, or by the award."
        )
    take(dispute.withdraw, by=by, at=at)
    opener = dispute.organization_of(dispute.side)
    dispute_letters.tell_both(
        dispute,
        f"{opener} has withdrawn the dispute about “{dispute.escrow.title}”",
        f"{opener} has taken the dispute back. The money is no longer kept, and the invoice goes"
        " on where it was; the time to review it stood still meanwhile."
        + (f" {opener} cannot open it again." if _was_proposed(dispute) else ""),
        key="withdrawn",
        at=at,
    )
    splitting.let_go(dispute, by=by, at=at)
    return dispute


def answered(dispute: Dispute, side: Side, *, at: datetime) -> None:
    """Note a side's word. Between the two it gives them the time of an offer."""
    if dispute.state != Dispute.State.OPEN:
        return
    if side != dispute.side and dispute.answered_at is None:
        dispute.answered_at = at
    if dispute.answered_at is not None:
        until = calendar.business_days(at, calendar.OFFER_DAYS, dispute.contract)
        dispute.act_by = max(until, dispute.act_by or until)
        dispute.warned_at = None
    dispute.save(update_fields=["answered_at", "act_by", "warned_at"])


def _was_proposed(dispute: Dispute) -> bool:
    return Proposal.objects.filter(dispute=dispute).exists()


def _settle(dispute: Dispute, figure: Money, *, words: str, by: User, at: datetime) -> None:
    take(dispute.settle, by=by, at=at, figure=figure, note=words)
    splitting.close(dispute, words=words, by=by, at=at)


def _end(made: Offer, ending: Offer.Ending, *, at: datetime) -> None:
    made.ended_at, made.ending = at, ending
    made.save(update_fields=["ended_at", "ending"])


def _tell_of_offer(dispute: Dispute, made: Offer, *, at: datetime) -> None:
    side = Side(made.side)
    who, figure = dispute.organization_of(side), dispute_letters.divided(dispute, made.figure)
    said = f" They write: {made.words}" if made.words else ""
    dispute_letters.tell_side(
        dispute,
        side.other,
        f"{who} offers in the dispute about “{dispute.escrow.title}”: {figure}",
        f"{who} offers: {figure}.{said} You can accept it until {date_words(made.expires_at)}, or"
        " name a figure of your own. If the two meet, the case is settled at once.",
        key=f"offer/{made.ref}",
        at=at,
    )
