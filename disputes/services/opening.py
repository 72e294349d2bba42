"""A side contests the money of one escrow. It is frozen at once, and the rest goes on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, show, zero
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from disputes.models import Dispute, Offer, Reason, Side
from disputes.queries.opening_page import GIVEN_UP
from disputes.services import calendar, dispute_letters, verdicts
from disputes.services.consent import check_figure
from invoices.models import Contract, Invoice, Milestone
from invoices.models.invoice_rows import InvoiceQuerySet
from invoices.services import contesting, contesting_parts
from invoices.services.repeating import sent
from invoices.services.telling import date_words
from payments.models import Escrow, Freeze
from payments.services import freezing


@dataclass(frozen=True, slots=True)
class Claim:
    """What a side contests, and what the freelancer should get of it (gross)."""

    reason: Reason
    words: str
    figure: Money
    hours: Collection[str] = ()  # some of a week's entries, by ref; none: all that is held


@transaction.atomic
def open_dispute(
    escrow_id: int, claim: Claim, *, by: User, at: datetime, op_id: UUID | None = None
) -> Dispute:
    """Freeze the money, stop the review of its invoice, and ask the other side.

    The claim stands as the opener's first offer. Where no invoice stands on the money, one
    is made over all of it. Where only some hours are contested, the others are divided off
    first, with their money, and go on; then this posts to the books.

    :raises WrongState: its time is over, it is paid, it is in dispute already, or the side has
        withdrawn a dispute about it in which a mediator had proposed.
    :raises NotYours: *by* speaks for neither side.
    :raises NotAllowed: nothing is held, or the figure is not between nothing and all.
    """
    contract = Contract.objects.lock(_contract_of(escrow_id))
    form = sent(by, "dispute.open", f"escrow/{escrow_id}", op_id=op_id, at=at)
    if form.is_again:
        return Dispute.objects.get(ref__in=form.made)
    if not claim.words.strip():
        raise NotAllowed("Say what is contested, and why: the other side reads it.")
    found = Dispute.objects.filter(escrow=escrow_id).running().select_related("opened_by").first()
    if found:
        raise WrongState(f"It is in dispute already: {found.opened_by} was faster.")
    had_invoice = _on(escrow_id).exists()
    invoice = _contest(escrow_id, claim, by=by, at=at)
    escrow = Escrow.objects.lock(escrow_id)
    freezing.freeze(escrow_id, cause=Freeze.Cause.DISPUTE, reason=claim.reason.label, by=by, at=at)
    dispute = _write(contract, escrow, invoice, claim, is_new=not had_invoice, by=by, at=at)
    verdicts.freeze(dispute, at=at)
    _offer(dispute, claim, by=by, at=at)
    _tell(dispute, at=at)
    return form.answer(dispute)


def _contest(escrow_id: int, claim: Claim, *, by: User, at: datetime) -> Invoice:
    if not claim.hours:
        return contesting.contest_escrow(escrow_id, by=by, at=at)
    found = _on(escrow_id).values_list("pk", flat=True).first()
    if found is None:
        raise NotAllowed("No hours are billed there.")
    # Divided before it is frozen: nothing leaves frozen money, and nothing else posts here.
    return contesting_parts.contest_part(found, hours=claim.hours, by=by, at=at)


def _write(
    contract: Contract,
    escrow: Escrow,
    invoice: Invoice,
    claim: Claim,
    *,
    is_new: bool,
    by: User,
    at: datetime,
) -> Dispute:
    dispute = Dispute(
        contract=contract,
        escrow=escrow,
        invoice=invoice,
        made_invoice=is_new,
        opened_by=by,
        reason=claim.reason,
        words=claim.words.strip(),
        currency=escrow.currency,
        at_stake=_at_stake(escrow),
        claimed=claim.figure,
        policy_version=contract.policy_version,
        opened_at=at,
    )
    side = dispute.side_of(by)
    if side is None:
        raise NotYours(f"It is not for {by} to contest “{escrow.title}”.")
    dispute.side = side
    if Dispute.objects.given_up(escrow.pk, side=side).exists():
        raise WrongState(GIVEN_UP)
    check_figure(dispute, claim.figure, side=side, by=by)
    dispute.answer_by = dispute.act_by = calendar.first_answer_by(
        contract, is_about_hours=dispute.is_about_hours, at=at
    )
    dispute.save(force_insert=True)
    return dispute


def _offer(dispute: Dispute, claim: Claim, *, by: User, at: datetime) -> None:
    Offer.objects.create(
        dispute=dispute,
        side=dispute.side,
        currency=dispute.currency,
        figure=claim.figure,
        by=by,
        at=at,
        expires_at=calendar.business_days(at, calendar.OFFER_DAYS, dispute.contract),
    )


def _tell(dispute: Dispute, *, at: datetime) -> None:
    side = Side(dispute.side)
    opener, other = dispute.organization_of(side), dispute.organization_of(side.other)
    by, title = date_words(dispute.answer_by), dispute.escrow.title
    about, figure = dispute.get_reason_display(), dispute_letters.divided(dispute, dispute.claimed)
    stake = show(dispute.at_stake)
    rest = (
        " The money stays where it is until this is settled or decided; the rest of the contract"
        f" goes on. If {other} says nothing by {by}, a mediator takes the case with what there is."
        " Later a mediator may propose a division: three business days of silence about it count"
        " as yes."
    )
    dispute_letters.tell_side(
        dispute,
        side,
        f"Your dispute about “{title}” is open: {other} answers by {by}",
        f"You contest {stake}: {about}. You wrote: {dispute.words}\n\nYour figure: {figure}.{rest}",
        key="opened",
        at=at,
    )
    dispute_letters.tell_side(
        dispute,
        side.other,
        f"{opener} disputes “{title}”: {other} answers by {by}",
        f"{opener} contests {stake}: {about}. They write: {dispute.words}\n\n"
        f"Their figure: {figure}.{rest}",
        key="opened",
        at=at,
    )


def _contract_of(escrow_id: int) -> int:
    """:raises NotAllowed: nobody works for this money."""
    milestone = Milestone.objects.filter(escrow=escrow_id).values_list("contract_id", flat=True)
    found = milestone.first() or _on(escrow_id).values_list("contract_id", flat=True).first()
    if found is None:
        raise NotAllowed("Nothing is held there that two sides could disagree about.")
    return found


def _on(escrow_id: int) -> InvoiceQuerySet:
    return Invoice.objects.filter(escrow=escrow_id).exclude(state=Invoice.State.WITHDRAWN)


def _at_stake(escrow: Escrow) -> Money:
    remaining = escrow.remaining
    assert remaining > zero(escrow.currency), "What is contested is still there."
    return remaining
