"""The provider holds money for a limited time: both sides are warned, and then it goes back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from billing_site.kernel.money import show
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, take
from billing_site.people import staff
from billing_site.people.access import Deed
from invoices.models import Milestone, RefundRequest
from invoices.models.milestone_rows import RETURN_AT, WARN_AT
from invoices.services import fee_credits, settling
from invoices.services.closing import close_if_done
from invoices.services.locking import lock_with_contract
from invoices.services.telling import date_words, tell
from payments.services import escrow

MEDIATE = "disputes.mediate_dispute"  # They can bring the two sides together.

EXPIRED = SYSTEM("the provider holds it no longer")


def warn(*, at: datetime) -> list[Milestone]:
    """Write to both sides of held money at 60, 75 and 85 % of the time it may be held."""
    keys = Milestone.objects.to_warn(at=at).order_by("pk").values_list("pk", flat=True)
    return one_by_one(keys, lambda pk: _warn(pk, at=at), to="warn of milestone")


def return_expired(*, at: datetime) -> list[Milestone]:
    """Send back at 95 % what is still held, unless it is being decided: then staff are told."""
    keys = Milestone.objects.past_holding(at=at).order_by("pk").values_list("pk", flat=True)
    return one_by_one(keys, lambda pk: _return(pk, at=at), to="return the money of milestone")


@transaction.atomic
def _warn(milestone_id: int, *, at: datetime) -> Milestone | None:
    _, milestone = lock_with_contract(milestone_id)
    if milestone.state != Milestone.State.FUNDED:
        return None
    moments = [milestone.holding_until(share) for share in WARN_AT]
    due = sum(moment <= at for moment in moments)
    if due <= milestone.hold_warnings:
        return None
    milestone.hold_warnings = due
    milestone.save(update_fields=["hold_warnings"])
    _tell_both(
        milestone,
        template="hold_warning",
        subject=f"{show(milestone.gross)} for {milestone} can be held until "
        f"{date_words(milestone.holding_until(RETURN_AT))}",
        key=f"hold/{due}",
        at=moments[due - 1],
    )
    return milestone


@transaction.atomic
def _return(milestone_id: int, *, at: datetime) -> Milestone | None:
    _, milestone = lock_with_contract(milestone_id)
    held = milestone.escrow
    if milestone.state != Milestone.State.FUNDED or held is None:
        return None
    due_at = milestone.holding_until(RETURN_AT)
    if is_being_decided(milestone):
        _tell_staff(milestone, at=at)
        return None
    give_back(milestone, by=EXPIRED, at=due_at)
    return milestone


def give_back(milestone: Milestone, *, by: SYSTEM, at: datetime) -> None:
    """Send back what is held for a milestone that is locked. Posts to the books, last."""
    contract = milestone.contract
    assert milestone.escrow_id, "Work starts funded; the database sees to it."
    settling.withdraw_open_invoices(milestone, by=by, at=at)
    take(milestone.close, by=by, at=at, note="The money goes back to the client.")
    close_if_done(contract, at=at)
    _tell_both(
        milestone,
        template="hold_over",
        subject=f"{show(milestone.gross)} for {milestone} goes back to {contract.client}",
        key="hold/over",
        at=at,
        why=by.reason,
    )
    made = escrow.refund(milestone.escrow_id, reason=by.reason, by=by, at=at)
    fee_credits.of_refund(made, at=at)


def is_being_decided(milestone: Milestone) -> bool:
    """Whether work was delivered and not approved, or the two sides or a bank do not agree."""
    if milestone.escrow and milestone.escrow.is_frozen:
        return True
    disagreed = [
        RefundRequest.State.ASKED,
        RefundRequest.State.REFUSED,
        RefundRequest.State.DISPUTED,
    ]
    delivered = milestone.invoices.filter(state__in=["submitted", "returned", "contested"])
    return delivered.exists() or milestone.refund_requests.filter(state__in=disagreed).exists()


def _tell_staff(milestone: Milestone, *, at: datetime) -> None:
    """Once a day, until somebody has decided."""
    staff.tell(
        MEDIATE,
        text=f"{show(milestone.gross)} for {milestone} cannot be held much longer, and the two "
        "sides have not decided.",
        url=reverse("admin:invoices_milestone_change", args=[milestone.pk]),
        key=f"milestone/{milestone.ref}/hold/{at:%Y-%m-%d}",
        at=at,
    )


def _tell_both(
    milestone: Milestone, *, template: str, subject: str, key: str, at: datetime, why: str = ""
) -> None:
    contract = milestone.contract
    for organization, deed in [(contract.client, Deed.OFFER), (contract.freelancer, Deed.WORK)]:
        tell(
            organization,
            deed,
            milestone,
            template=template,
            subject=subject,
            key=f"{key}/{organization.ref}",
            at=at,
            client=str(contract.client),
            freelancer=str(contract.freelancer),
            price=show(milestone.gross),
            why=why,
            until=date_words(milestone.holding_until(RETURN_AT)),
            to_client=organization.pk == contract.client_id,
        )
