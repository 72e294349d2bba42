"""What paying late costs: agreed in the draft, charged once a period, or waived."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, Value

from billing_site.kernel.money import Money, currency_of, show
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from invoices.models import Contract, Invoice, LateFee, LateFeePolicy
from invoices.models.contract import TaxTreatment
from invoices.queries.late_fees import Coming, coming_fee, policy_words, that_may_cost
from invoices.services import approving, owing
from invoices.services.invoice_drafts import PlainLine, begin_owed
from invoices.services.locking import lock_from_the_top
from invoices.services.repeating import sent
from invoices.services.telling import tell
from invoices.taxing import Treatment
from payments.models import OpenItem
from payments.queries.being_paid import being_paid

logger = logging.getLogger(__name__)

DAMAGES = Treatment(TaxTreatment.OUTSIDE, 0, "Compensation for paying late is not subject to VAT.")
BATCH = 500


@transaction.atomic
def agree(
    contract_id: int,
    *,
    fixed: Money | None,
    monthly_bps: int,
    grace_days: int,
    cap_bps: int,
    by: User,
    at: datetime,
) -> LateFeePolicy | None:
    """Write down what paying late costs, in a draft; without a sum and a part, nothing.

    :raises WrongState: the contract is offered, so that its terms are final.
    :raises NotYours: *by* does not offer contracts for the client.
    """
    contract = Contract.objects.lock(contract_id)
    if not contract.client_may_offer(by):
        raise NotYours(f"It is not for {by} to change the terms of {contract}.")
    if contract.state != Contract.State.DRAFT:
        raise WrongState(f"{contract} is {contract.get_state_display()}: its terms are final.")
    if fixed and monthly_bps:
        raise NotAllowed("A late fee is a sum, or a part a month. Choose one of them.")
    if fixed and currency_of(fixed) != contract.currency:
        raise NotAllowed("A late fee is in the currency of the contract.")
    LateFeePolicy.objects.filter(contract=contract).delete()
    if not fixed and not monthly_bps:
        return None
    return LateFeePolicy.objects.create(
        contract=contract,
        currency=contract.currency,
        fixed=fixed,
        monthly_bps=monthly_bps,
        grace_days=grace_days,
        cap_bps=cap_bps,
    )


def charge_due(*, at: datetime) -> list[Invoice]:
    """Charge every late fee that is due, period by period, each as of its day."""
    charged = []
    for overdue_id in list(_due(at)):
        try:
            while invoice := _charge(overdue_id, at=at):
                charged.append(invoice)
        except Exception:
            # One bad invoice is ours to look into, and no reason to keep others waiting.
            logger.exception("Could not charge a late fee on invoice %s", overdue_id)
    return charged


def _due(at: datetime) -> Iterator[int]:
    """Those on which a fee is due, found in batches, whose number of questions is constant."""
    grace = F("contract__late_fee_policy__grace_days")
    last = ExpressionWrapper(Value(at.date()) - grace, output_field=DateField())
    had_one = Exists(LateFee.objects.filter(overdue=OuterRef("pk")))
    once = Q(contract__late_fee_policy__fixed__isnull=False) & Q(had_one)
    late = that_may_cost(Invoice.objects.filter(open_item__due_on__lt=last).exclude(once))
    for overdue in late.iterator(chunk_size=BATCH):
        coming = coming_fee(overdue)
        if coming and coming.at <= at:
            yield overdue.pk


@transaction.atomic
def waive(invoice_id: int, *, by: User, at: datetime, op_id: UUID | None = None) -> LateFee:
    """Do without the next late fee on an invoice. The one after it stands.

    :raises NotYours: *by* does not work for the freelancer's side.
    :raises NotAllowed: none is coming.
    """
    _, invoice = lock_from_the_top(invoice_id)
    if not may(by, Deed.WORK, invoice.issuer):
        raise NotYours(f"It is not for {by} to waive a late fee on {invoice}.")
    form = sent(by, "invoice.waive_late_fee", f"invoice/{invoice.ref}", op_id=op_id, at=at)
    if form.is_again:
        return invoice.late_fees.get(pk__in=form.made)
    coming = coming_fee(invoice)
    if coming is None:
        raise NotAllowed(f"No late fee is coming on {invoice}.")
    fee = show(coming.amount)
    waived = LateFee.objects.create(overdue=invoice, period=coming.period, waived_by=by, at=at)
    tell(
        invoice.recipient,
        Deed.FUND,
        invoice,
        template="late_fee_waived",
        subject=f"{invoice.issuer} waives the late fee of {fee} on {invoice.number}",
        key=f"late_fee/{coming.period}/waived",
        at=at,
        freelancer=str(invoice.issuer),
        fee=fee,
        number=invoice.number,
    )
    return form.answer(waived)


@transaction.atomic
def _charge(invoice_id: int, *, at: datetime) -> Invoice | None:
    contract, invoice = lock_from_the_top(invoice_id)
    if invoice.open_item_id is None:
        return None
    invoice.open_item = OpenItem.objects.lock(invoice.open_item_id)
    coming = coming_fee(invoice)
    if coming is None or coming.at > at or being_paid([invoice.open_item]):
        return None
    return _bill(contract, invoice, coming)


def _bill(contract: Contract, late: Invoice, coming: Coming) -> Invoice:
    title = f"Late fee on {late.number}"
    detail = policy_words(coming.policy)
    invoice = begin_owed(
        contract,
        source=Invoice.Source.LATE_FEE,
        title=title,
        lines=[PlainLine(title, coming.amount, detail=detail[:500])],
        at=coming.at,
        treatment=DAMAGES,
    )
    LateFee.objects.create(overdue=late, period=coming.period, invoice=invoice, at=coming.at)
    approving.issue_agreed(invoice, approved_by=None, at=coming.at)
    approving.draw(invoice)
    owing.owe(invoice, contract, at=coming.at)
    return invoice
