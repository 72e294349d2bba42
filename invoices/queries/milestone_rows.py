"""The milestones of a contract as its page lists them, each with its next step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse

from billing_site.people.access import Deed
from invoices.models import Contract, Invoice, Milestone, RefundRequest
from invoices.queries.steps import Step
from invoices.queries.viewer import Viewer
from payments.models import Escrow


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    milestone: Milestone
    invoice: Invoice | None
    words: str  # its state, as this viewer reads it
    tone: str
    step: Step | None


def milestone_row(
    milestone: Milestone,
    invoice: Invoice | None,
    viewer: Viewer,
    *,
    asked: RefundRequest | None,
) -> MilestoneRow:
    words, tone = milestone.get_state_display(), milestone.tone
    if asked and (step := _request_step(milestone, asked, viewer)):
        words = "asked back" if asked.is_asked else "request refused"
        return MilestoneRow(milestone, invoice, words, asked.tone, step)
    if milestone.state == Milestone.State.FUNDED and invoice and invoice.submitted_at:
        words, tone = invoice.get_state_display(), invoice.tone
    elif milestone.state == Milestone.State.CLOSED:
        words = "approved and paid" if invoice and invoice.is_issued else "closed"
    step = (
        _client_step(milestone, invoice, viewer)
        if viewer.is_client
        else _work_step(milestone, invoice, viewer)
    )
    return MilestoneRow(milestone, invoice, words, tone, step)


def with_one_primary(rows: list[MilestoneRow], steps: list[Step]) -> list[MilestoneRow]:
    """A page has one primary button: the contract's own step, or the first milestone's."""
    is_taken = any(step.kind == "primary" for step in steps)
    shown = []
    for row in rows:
        if row.step and row.step.kind == "primary" and is_taken:
            shown.append(replace(row, step=replace(row.step, kind="")))
        else:
            shown.append(row)
            is_taken = is_taken or (row.step is not None and row.step.kind == "primary")
    return shown


def was_dropped(milestone: Milestone) -> bool:
    """Whether its payment was given up, though the news of it is still on its way."""
    return milestone.escrow is not None and milestone.escrow.state == Escrow.State.DROPPED


def _request_step(milestone: Milestone, asked: RefundRequest, viewer: Viewer) -> Step | None:
    """While it is asked back, or was refused and the contract ends, that is what comes next."""
    if milestone.state != Milestone.State.FUNDED:
        return None
    is_stuck = asked.state == RefundRequest.State.REFUSED and not milestone.contract.is_running
    if not asked.is_asked and not is_stuck:
        return None
    if asked.is_asked and not viewer.is_client and viewer.may(Deed.WORK):
        return Step("Answer", asked.get_absolute_url(), "primary")
    return Step("See the request", asked.get_absolute_url())


def _client_step(milestone: Milestone, invoice: Invoice | None, viewer: Viewer) -> Step | None:
    contract = milestone.contract
    may_fund = viewer.may(Deed.FUND, milestone.gross)
    is_fundable = milestone.state == Milestone.State.PLANNED or was_dropped(milestone)
    if is_fundable and contract.state == Contract.State.ACTIVE:
        if not may_fund:
            return Step("Fund", why_not="Somebody with the right to pay this much has to do it.")
        return Step("Fund", reverse("milestone-funding", args=[milestone.ref]), "primary")
    if milestone.state == Milestone.State.FUNDING and may_fund:
        return Step("See the payment", reverse("milestone", args=[milestone.ref]))
    if invoice and invoice.state == Invoice.State.SUBMITTED:
        return Step("Review", invoice.get_absolute_url(), "primary")
    return None


def _work_step(milestone: Milestone, invoice: Invoice | None, viewer: Viewer) -> Step | None:
    if milestone.state in {Milestone.State.PLANNED, Milestone.State.FUNDING}:
        if milestone.contract.is_running:
            return Step("Deliver", why_not="Not funded yet: do not start the work.")
        return None
    if milestone.state != Milestone.State.FUNDED or not viewer.may(Deed.WORK):
        return None
    url = reverse("milestone-delivery", args=[milestone.ref])
    if invoice is None or invoice.state == Invoice.State.DRAFT:
        return Step("Deliver", url, "primary")
    if invoice.state == Invoice.State.RETURNED:
        return Step("Deliver again", url, "primary")
    return None
