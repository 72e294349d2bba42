"""How a contract ends: what is planned is dropped, what is held goes somewhere first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, show
from billing_site.kernel.transitions import SYSTEM, NotAllowed, take
from billing_site.people.access import Deed
from billing_site.people.models import User
from billing_site.platform.queue import later
from invoices.models import Contract, Milestone
from invoices.services import (
    fee_credits,
    rate_proposals,
    refund_requests,
    retainers,
    settling,
    timing,
)
from invoices.services.closing import close_if_done
from invoices.services.locking import lock_with_contract
from invoices.services.repeating import is_repeated
from invoices.services.telling import tell
from payments.services import escrow

ENDED = SYSTEM("the contract ended")
Keeps = Mapping[str, Money]


@transaction.atomic
def end(
    contract_id: int,
    *,
    by: User,
    at: datetime,
    keeps: Keeps | None = None,
    reason: str = "",
    op_id: UUID | None = None,
) -> Contract:
    """End the contract. A freelancer gives back what is held; a client decides about it.

    For each milestone with held money *keeps* (by its ref, net) says what the freelancer
    gets of it; the rest is asked back. What is being reviewed is reviewed to its end, what is
    frozen is decided by who froze it, and hours that were worked are billed as ever: the
    contract closes when nothing is open.

    :raises NotAllowed: the client does not say what the freelancer keeps of held money, or
        the freelancer has a request for it to answer first.
    :raises NotYours: *by* belongs to neither side, or may not speak for it.
    """
    contract = Contract.objects.lock(contract_id)
    if is_repeated(by, "contract.end", f"contract/{contract.ref}", op_id=op_id, at=at):
        return contract
    milestones = list(_locked_milestones(contract))
    by_freelancer = contract.freelancer_may_work(by)
    take(contract.end, by=by, at=at, note=reason)
    timing.stop_with_contract(contract, at=at)
    retainers.end_with_contract(contract, at=at)
    rate_proposals.end_with_contract(contract, at=at)
    for milestone in milestones:
        if milestone.state == Milestone.State.PLANNED:
            take(milestone.cancel, by=ENDED, at=at)
        elif milestone.escrow and milestone.escrow.is_frozen:
            continue  # Whoever froze it decides.
        elif milestone.state == Milestone.State.FUNDED and by_freelancer:
            _give_back(milestone, at=at)
        elif milestone.state == Milestone.State.FUNDED:
            _decide(milestone, (keeps or {}).get(milestone.ref), by=by, at=at)
    _tell_of_end(contract, by_freelancer=by_freelancer, reason=reason, at=at)
    close_if_done(contract, at=at)
    return contract


@transaction.atomic
def return_held_money(milestone_id: int, *, at: datetime) -> Milestone:
    """Send back what is held for a milestone of a contract that has ended."""
    contract, milestone = lock_with_contract(milestone_id)
    if milestone.state != Milestone.State.FUNDED:
        return milestone  # The job runs at least once; the first run did it.
    assert contract.state == Contract.State.ENDING, f"{contract} goes on: nothing is returned."
    settling.withdraw_open_invoices(milestone, by=ENDED, at=at)
    take(milestone.close, by=ENDED, at=at, note="The money goes back to the client.")
    close_if_done(contract, at=at)
    assert milestone.escrow_id, "Work starts funded; the database sees to it."
    made = escrow.refund(milestone.escrow_id, reason="the contract ended", by=ENDED, at=at)
    fee_credits.of_refund(made, at=at)
    return milestone


def _locked_milestones(contract: Contract) -> Iterator[Milestone]:
    for pk in contract.milestones.order_by("pk").values_list("pk", flat=True):
        milestone = Milestone.objects.lock(pk)
        milestone.contract = contract
        yield milestone


def _give_back(milestone: Milestone, *, at: datetime) -> None:
    if milestone.refund_requests.asked().exists():
        raise NotAllowed(
            f"{milestone.contract.client} asks for the money of {milestone} back: answer that "
            "first. Granting it pays your part."
        )
    settling.withdraw_open_invoices(milestone, by=ENDED, at=at)
    later("invoices.tasks.return_held_money", milestone_id=milestone.pk)


def _decide(milestone: Milestone, keeps: Money | None, *, by: User, at: datetime) -> None:
    """Ask for what the freelancer is not to keep. What is reviewed is decided by the review."""
    if not Milestone.objects.undecided().filter(pk=milestone.pk).exists():
        return
    held = refund_requests.held_money(milestone)
    if keeps is None:
        raise NotAllowed(
            f"{show(held)} is held for {milestone}. Say how much of it "
            f"{milestone.contract.freelancer} keeps."
        )
    if keeps < milestone.price:
        refund_requests.begin(milestone, keeps=keeps, by=by, at=at)
        return
    # A transaction posts once, and there may be more milestones than one.
    offered = refund_requests.offer_of(milestone, keeps)
    refund_requests.check_consent(milestone.contract, offered, by=by)
    later("invoices.tasks.pay_held_money", milestone_id=milestone.pk, decided_by_id=by.pk)


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
        by_freelancer=by_freelancer,
        reason=reason,
    )
