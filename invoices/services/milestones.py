"""What can be done to a milestone, and what follows from it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import show
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, NotAllowed, take
from billing_site.people.access import Deed
from billing_site.people.models import User
from billing_site.platform.queue import later
from invoices.fees import Cost, cost_of
from invoices.models import Contract, Milestone, Project
from invoices.services import budgeting
from invoices.services.billing import bill_client_fee
from invoices.services.closing import close_if_done
from invoices.services.locking import lock_with_contract
from invoices.services.repeating import sent
from invoices.services.taken_back import move_invoice
from invoices.services.telling import tell
from payments.models import Charge, Escrow, PaymentMethod, Quote, Restriction
from payments.services import charging, collecting
from payments.services.charging import EscrowTerms
from payments.services.restricting import refuse_if_restricted

PAID = SYSTEM("the client's payment arrived")
NOT_PAID = SYSTEM("the client's payment did not arrive")


@transaction.atomic
def begin_funding(
    milestone_id: int,
    *,
    by: User,
    at: datetime,
    saved: PaymentMethod | None = None,
    quote: Quote | None = None,
    over_budget: bool = False,
    op_id: UUID | None = None,
) -> Charge:
    """Begin the payment for a milestone: its price, the freelancer's VAT, our fee and VAT on it.

    It is charged to *saved* and nothing else, or paid on a page that the door opens; by a
    *quote*, in the client's own currency.

    :raises WrongState: it is funded already, or its payment is on its way.
    :raises NotYours: *by* does not pay for the client, or not this much.
    :raises NotAllowed: the contract is not active, the client is restricted, or a budget does not
        hold it.
    """
    contract, milestone = lock_with_contract(milestone_id)
    form = sent(by, "milestone.fund", f"milestone/{milestone.ref}", op_id=op_id, at=at)
    if form.is_again:
        return Charge.objects.get(ref__in=form.made)
    if _was_dropped(milestone):
        take(milestone.fail, by=NOT_PAID, at=at)  # The news of it is still on its way.
    if contract.state != Contract.State.ACTIVE:
        raise NotAllowed(f"{contract} is {contract.get_state_display()}: nothing is funded now.")
    refuse_if_restricted(Restriction.Scope.FUNDING, contract.client, by)
    if contract.project_id:
        Project.objects.lock(contract.project_id)  # before what is charged
    begin = partial(collecting.collect, only=saved) if saved else charging.begin
    charge = begin(
        payer=contract.client,
        escrows=[_terms(milestone, cost_of(contract, [milestone.price], on=at.date()))],
        by=by,
        at=at,
        return_path=milestone.get_absolute_url(),
        quote=quote,
    )
    settlement = charge.settlements.get()
    take(milestone.begin_funding, by=by, at=at, escrow_id=settlement.escrow_id)
    budgeting.check(contract, by=by, at=at, over_budget=over_budget)  # It counts on this day now.
    return form.answer(charge)


@transaction.atomic
def fund(milestone_id: int, *, at: datetime) -> Milestone:
    """Note that the client's payment has arrived, and let the work begin.

    The caller tells payments in the same transaction, last. Where the contract has ended
    meanwhile, the money goes back at once.
    """
    contract, milestone = lock_with_contract(milestone_id)
    take(milestone.fund, by=PAID, at=at)
    move_invoice(milestone, at=at)
    _bill_client_fee(milestone, at=at)
    if contract.state == Contract.State.ENDING:
        later("invoices.tasks.return_held_money", milestone_id=milestone.pk)
        return milestone
    tell(
        contract.freelancer,
        Deed.WORK,
        milestone,
        template="milestone_funded",
        subject=f"{show(milestone.gross)} is held for {milestone}: you can start",
        key=f"funded/{milestone.escrow_id}",
        at=at,
        amount=show(milestone.gross),
        contract=contract.title,
    )
    tell(
        contract.client,
        Deed.FUND,
        milestone,
        template="milestone_paid",
        subject=f"Your payment for {milestone} has arrived",
        key=f"paid/{milestone.escrow_id}",
        at=at,
        amount=show(milestone.gross),
        contract=contract.title,
        freelancer=str(contract.freelancer),
    )
    return milestone


@transaction.atomic
def fail(milestone_id: int, *, at: datetime, reason: str = "") -> Milestone:
    """Note that the payment came to nothing. The milestone may be funded anew."""
    contract, milestone = lock_with_contract(milestone_id)
    escrow_id = milestone.escrow_id
    take(milestone.fail, by=NOT_PAID, at=at, note=reason)
    tell(
        contract.client,
        Deed.FUND,
        milestone,
        template="milestone_not_paid",
        subject=f"The payment for {milestone} did not go through",
        key=f"not_paid/{escrow_id}",
        at=at,
        contract=contract.title,
        reason=reason,
    )
    if contract.state == Contract.State.ENDING:
        take(milestone.cancel, by=SYSTEM("the contract ended"), at=at)
        close_if_done(contract, at=at)
    return milestone


def fail_dropped(*, at: datetime) -> list[Milestone]:
    """Follow payments that were given up where no news of it came, each on its own."""
    dropped = Milestone.objects.filter(
        state=Milestone.State.FUNDING, escrow__state=Escrow.State.DROPPED
    )
    keys = dropped.order_by("pk").values_list("pk", flat=True)
    return one_by_one(keys, lambda pk: fail(pk, at=at), to="follow the payment of milestone")


@transaction.atomic
def cancel(milestone_id: int, *, by: User, at: datetime) -> Milestone:
    """Drop a milestone that nobody has paid for."""
    _, milestone = lock_with_contract(milestone_id)
    take(milestone.cancel, by=by, at=at)
    return milestone


def charge_of(milestone: Milestone) -> Charge:
    """The payment that was begun last for a milestone."""
    document = f"milestone/{milestone.ref}"
    return Charge.objects.filter(settlements__document=document).latest("pk")


def _was_dropped(milestone: Milestone) -> bool:
    if milestone.state != Milestone.State.FUNDING or milestone.escrow_id is None:
        return False
    return Escrow.objects.filter(pk=milestone.escrow_id, state=Escrow.State.DROPPED).exists()


def _terms(milestone: Milestone, cost: Cost) -> EscrowTerms:
    contract = milestone.contract
    return EscrowTerms(
        freelancer=contract.freelancer,
        net=cost.price,
        tax=cost.tax,
        client_fee=cost.client_fee,
        client_fee_tax=cost.client_fee_tax,
        freelancer_fee_bps=contract.freelancer_fee_bps,
        freelancer_fee_tax_bps=cost.freelancer_vat.bps,
        fee_tax_country_client=cost.client_vat.country,
        fee_tax_country_freelancer=cost.freelancer_vat.country,
        security_days=contract.security_days,
        document=f"milestone/{milestone.ref}",
        title=milestone.title,
    )


def _bill_client_fee(milestone: Milestone, *, at: datetime) -> None:
    escrow = milestone.escrow
    assert escrow, "Work starts funded; the database sees to it."
    assert milestone.funding_began_at, "It was funded."
    bill_client_fee(
        milestone.contract,
        cause=f"escrow/{escrow.ref}/funded",
        title=milestone.title,
        base=escrow.net,
        net=escrow.client_fee,
        tax=escrow.client_fee_tax,
        agreed_on=milestone.funding_began_at.date(),
        at=at,
        milestone=milestone,
        escrow=escrow,
    )
