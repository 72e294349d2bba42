"""How a contract ends: what is planned is dropped, what is held goes somewhere first."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import show
from billing_site.kernel.transitions import SYSTEM, NotAllowed, take
from billing_site.people.access import Deed
from billing_site.people.models import User
from billing_site.platform.queue import later
from invoices.models import Contract, Invoice, Milestone
from invoices.services import fee_credits, timing
from invoices.services.repeating import is_repeated
from invoices.services.telling import tell
from payments.services import escrow

ENDED = SYSTEM("the contract ended")


@transaction.atomic
def end(
    contract_id: int, *, by: User, at: datetime, reason: str = "", op_id: UUID | None = None
) -> Contract:
    """End the contract. A freelancer gives back what is held; a client first decides about it.

    :raises NotAllowed: the client ends it while money is held for work.
    :raises NotYours: *by* belongs to neither side, or may not speak for it.
    """
    contract = Contract.objects.lock(contract_id)
    if is_repeated(by, "contract.end", f"contract/{contract.ref}", op_id=op_id, at=at):
        return contract
    milestones = list(_locked_milestones(contract))
    held = [each for each in milestones if each.state == Milestone.State.FUNDED]
    by_freelancer = contract.freelancer_may_work(by)
    take(contract.end, by=by, at=at, note=reason)
    if held and not by_freelancer:
        raise NotAllowed(
            f"{show(held[0].gross)} is held for {held[0]}. Approve its invoice first, or let "
            f"{contract.freelancer} end the contract: then it comes back to you."
        )
    timing.stop_with_contract(contract, at=at)
    for milestone in milestones:
        if milestone.state == Milestone.State.PLANNED:
            take(milestone.cancel, by=ENDED, at=at)
    for milestone in held:
        _withdraw_invoices(milestone, at=at)
        later("invoices.tasks.return_held_money", milestone_id=milestone.pk)
    _tell_of_end(contract, by_freelancer=by_freelancer, reason=reason, at=at)
    close_if_done(contract, at=at)
    return contract


@transaction.atomic
def return_held_money(milestone_id: int, *, at: datetime) -> Milestone:
    """Send back what is held for a milestone of a contract that has ended."""
    contract_id = Milestone.objects.values_list("contract_id", flat=True).get(pk=milestone_id)
    contract = Contract.objects.lock(contract_id)
    milestone = Milestone.objects.lock(milestone_id)
    if milestone.state != Milestone.State.FUNDED:
        return milestone  # The job runs at least once; the first run did it.
    assert contract.state == Contract.State.ENDING, f"{contract} goes on: nothing is returned."
    _withdraw_invoices(milestone, at=at)
    take(milestone.close, by=ENDED, at=at, note="The money goes back to the client.")
    close_if_done(contract, at=at)
    assert milestone.escrow_id, "Work starts funded; the database sees to it."
    made = escrow.refund(milestone.escrow_id, reason="the contract ended", by=ENDED, at=at)
    fee_credits.of_refund(made, at=at)
    return milestone


def close_if_done(contract: Contract, *, at: datetime) -> None:
    """Close a contract that is ending once nothing of it is to be billed or paid. It is locked."""
    if contract.state != Contract.State.ENDING:
        return
    if contract.milestones.open().exists() or contract.weeks.unfinished().exists():
        return
    take(contract.close, by=SYSTEM("nothing is open any more"), at=at)


def _locked_milestones(contract: Contract) -> list[Milestone]:
    keys = contract.milestones.order_by("pk").values_list("pk", flat=True)
    return [Milestone.objects.lock(pk) for pk in keys]


def _withdraw_invoices(milestone: Milestone, *, at: datetime) -> None:
    keys = milestone.invoices.filter(state__in=Invoice.OPEN).order_by("pk")
    for pk in keys.values_list("pk", flat=True):
        take(Invoice.objects.lock(pk).withdraw, by=ENDED, at=at)


def _tell_of_end(contract: Contract, *, by_freelancer: bool, reason: str, at: datetime) -> None:
    other, deed = (
        (contract.client, Deed.OFFER) if by_freelancer else (contract.freelancer, Deed.WORK)
    )
    who = contract.freelancer if by_freelancer else contract.client
    tell(
        other,
        deed,
        contract,
        template="contract_ended",
        subject=f"{who} ended “{contract.title}”",
        key="ended",
        at=at,
        who=str(who),
        reason=reason,
    )
