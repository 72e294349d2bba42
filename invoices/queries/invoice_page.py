"""The page of one invoice: what it asks, who said what, where the money is, what happens next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from billing_site.kernel.money import show
from billing_site.people.access import Deed
from billing_site.people.models import Organization
from invoices.models import Contract, Invoice, InvoiceLine, Milestone
from invoices.queries import costs, history, money_trail
from invoices.queries.costs import CostView
from invoices.queries.history import Happening
from invoices.queries.money_trail import Stop
from invoices.queries.viewer import Viewer, other_side
from invoices.taxing import rate_words
from payments.models import Escrow

HELP_LASTS = timedelta(days=30)  # after release: mediation and voluntary refunds
S = Invoice.State


@dataclass(frozen=True, slots=True)
class InvoicePage:
    invoice: Invoice
    contract: Contract
    milestone: Milestone
    other: Organization
    is_client: bool
    sentence: str
    lines: list[InvoiceLine]
    tax_words: str
    story: list[Happening]
    stops: list[Stop]
    cost: CostView | None
    may_approve: bool
    may_review: bool
    why_not: str
    may_deliver: bool
    may_withdraw: bool
    silence: str  # what happens at the deadline
    available_at: datetime | None  # if it is approved now, or since it was
    help_until: datetime


def invoice_page(invoice: Invoice, viewer: Viewer, *, at: datetime) -> InvoicePage:
    contract, milestone, escrow = invoice.contract, invoice.milestone, invoice.milestone.escrow
    is_waiting = invoice.state == S.SUBMITTED
    reviews = viewer.is_client and is_waiting and viewer.may(Deed.APPROVE)
    works = not viewer.is_client and viewer.may(Deed.WORK)
    why_not = _why_not(invoice, viewer) if viewer.is_client and is_waiting else ""
    approved_at = invoice.approved_at or at
    return InvoicePage(
        invoice=invoice,
        contract=contract,
        milestone=milestone,
        other=other_side(viewer, contract),
        is_client=viewer.is_client,
        sentence=_sentence(invoice, viewer),
        lines=list(invoice.lines.order_by("position")),
        tax_words=rate_words(invoice.tax_treatment, invoice.tax_bps),
        story=history.of_invoice(invoice),
        stops=money_trail.stops_of(milestone, invoice, for_client=viewer.is_client, at=at),
        cost=_cost(escrow, contract, viewer),
        may_approve=reviews and not why_not,
        may_review=reviews,
        why_not=why_not,
        may_deliver=works and invoice.state in {S.DRAFT, S.RETURNED},
        may_withdraw=works and invoice.is_open,
        silence=_silence(invoice, viewer) if is_waiting else "",
        available_at=approved_at + timedelta(days=contract.security_days),
        help_until=approved_at + HELP_LASTS,
    )


def seen(page: InvoicePage) -> dict[str, str]:
    """What an approval consents to: the sum, what the other side gets, and this delivery."""
    escrow = page.milestone.escrow
    assert escrow, "Work starts funded; the database sees to it."
    return {
        "seen_price": show(page.invoice.gross),
        "seen_gets": show(escrow.net_to_freelancer),
        "seen_round": str(page.invoice.round),
    }


def _why_not(invoice: Invoice, viewer: Viewer) -> str:
    if invoice.submitted_by_id == viewer.user.pk:
        return "You submitted it yourself: somebody else has to approve it."
    if not viewer.may(Deed.APPROVE):
        return "Your role does not approve work. An owner or an approver can."
    if not viewer.may(Deed.APPROVE, invoice.gross):
        limit = viewer.membership.spending_limit
        return f"It is above your limit of {show(limit)}." if limit else "It is above your limit."
    return ""


def _cost(escrow: Escrow | None, contract: Contract, viewer: Viewer) -> CostView | None:
    if escrow is None:
        return None
    if viewer.is_client:
        return costs.of_approval(escrow, str(contract.freelancer))
    return costs.of_release(escrow)


def _silence(invoice: Invoice, viewer: Viewer) -> str:
    if viewer.is_client:
        return f"Without an answer it counts as approved and {invoice.issuer} is paid."
    return f"If {invoice.recipient} stays silent, it counts as approved and you are paid."


def _sentence(invoice: Invoice, viewer: Viewer) -> str:
    position = invoice.milestone.position
    what = f"milestone {position} of {invoice.contract}"
    if viewer.is_client:
        return {
            S.SUBMITTED: f"{invoice.issuer} delivered {what}. The money is already held for it.",
            S.RETURNED: f"You asked for changes to {what}. The money stays held.",
            S.WITHDRAWN: f"{invoice.issuer} withdrew it. The money stays held for {what}.",
            S.PAID: f"Paid from the money you set aside for {what}. Nothing is left to pay.",
        }.get(S(invoice.state), what)
    return {
        S.DRAFT: f"A draft for {what}: {invoice.recipient} does not see it yet.",
        S.SUBMITTED: f"{invoice.recipient} has {what} to review. The money is held for you.",
        S.RETURNED: f"{invoice.recipient} asks for changes to {what}. The money stays held.",
        S.WITHDRAWN: f"You withdrew it. The money stays held for {what}.",
        S.PAID: f"{invoice.recipient} approved {what}. Your share is yours.",
    }.get(S(invoice.state), what)
