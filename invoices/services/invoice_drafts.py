"""An invoice before anybody but its issuer sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import Money, share, zero
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from invoices.models import Contract, Invoice, InvoiceLine, Milestone
from invoices.models.contract import TaxTreatment
from invoices.services.locking import lock_with_contract
from invoices.taxing import Treatment


@transaction.atomic
def draft(milestone_id: int, *, by: User, at: datetime) -> Invoice:
    """Begin the invoice of a funded milestone. The client does not see it yet.

    :raises NotAllowed: the milestone is not funded, or has its invoice.
    """
    _, milestone = lock_with_contract(milestone_id)
    if open_invoice(milestone):
        raise NotAllowed(f"{milestone} has its invoice already.")
    return begin(milestone, by=by, at=at)


def open_invoice(milestone: Milestone) -> Invoice | None:
    """Return the invoice of a milestone, locked, unless it has none but withdrawn ones."""
    living = milestone.invoices.exclude(state=Invoice.State.WITHDRAWN).first()
    if living is None:
        return None
    invoice = Invoice.objects.lock(living.pk)
    invoice.milestone, invoice.contract = milestone, milestone.contract
    return invoice


def begin(milestone: Milestone, *, by: User, at: datetime) -> Invoice:
    """Make the invoice of a funded milestone, which the caller has locked."""
    contract = milestone.contract
    if not may(by, Deed.WORK, contract.freelancer):
        raise NotYours(f"It is not for {by} to invoice {milestone}.")
    if milestone.state != Milestone.State.FUNDED:
        raise NotAllowed(f"{milestone} is {milestone.get_state_display()}: do not start the work.")
    if not contract.is_running:
        raise NotAllowed(f"{contract} is {contract.get_state_display()}.")
    return make(milestone, at=at)


def make(
    milestone: Milestone,
    *,
    at: datetime,
    net: Money | None = None,
    gross: Money | None = None,
    detail: str | None = None,
) -> Invoice:
    """As `begin`, whoever needs it. Where not the whole price is billed, *net* and *gross* are."""
    contract = milestone.contract
    net = milestone.price if net is None else net
    gross = milestone.gross if gross is None else gross
    invoice = Invoice.objects.create(
        contract=contract,
        source=Invoice.Source.MILESTONE,
        milestone=milestone,
        escrow=milestone.escrow,
        issuer=contract.freelancer,
        recipient=contract.client,
        title=milestone.title,
        currency=milestone.currency,
        net=net,
        tax=gross - net,
        gross=gross,
        tax_treatment=contract.tax_treatment,
        tax_bps=contract.tax_bps,
        tax_text=contract.tax_text,
        created_at=at,
    )
    InvoiceLine.objects.create(
        invoice=invoice,
        position=1,
        description=milestone.title,
        detail=milestone.description[:500] if detail is None else detail,
        currency=milestone.currency,
        unit_price=net,
        amount=net,
        tax_treatment=contract.tax_treatment,
        tax_bps=contract.tax_bps,
    )
    return invoice


@dataclass(frozen=True, slots=True)
class PlainLine:
    """One thing that is billed, net of VAT."""

    description: str
    amount: Money
    detail: str = ""


def begin_owed(
    contract: Contract,
    *,
    source: Invoice.Source,
    title: str,
    lines: Sequence[PlainLine],
    at: datetime,
    net_days: int = 0,
    treatment: Treatment | None = None,
) -> Invoice:
    """Make an invoice for which nothing is held, under the contract's VAT. It is locked."""
    taxed = treatment or Treatment(
        TaxTreatment(contract.tax_treatment), contract.tax_bps, contract.tax_text
    )
    net = sum((line.amount for line in lines), start=zero(contract.currency))
    tax = share(net, basis_points=taxed.bps)
    invoice = Invoice.objects.create(
        contract=contract,
        source=source,
        issuer=contract.freelancer,
        recipient=contract.client,
        title=title,
        currency=contract.currency,
        net=net,
        tax=tax,
        gross=net + tax,
        tax_treatment=taxed.kind,
        tax_bps=taxed.bps,
        tax_text=taxed.text,
        net_days=net_days,
        created_at=at,
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            position=position,
            description=line.description,
            detail=line.detail,
            currency=contract.currency,
            unit_price=line.amount,
            amount=line.amount,
            tax_treatment=taxed.kind,
            tax_bps=taxed.bps,
        )
        for position, line in enumerate(lines, start=1)
    )
    return invoice
