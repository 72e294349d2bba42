"""The page of one contract: milestones with their next step, invoices, cost, documents, story."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.people.access import Deed
from billing_site.people.models import Organization
from invoices.fees import cost_of
from invoices.models import Contract, FeeInvoice, Invoice, Milestone
from invoices.queries import costs, history
from invoices.queries.bonus_page import bonus_words
from invoices.queries.contract_hours import ContractHours, contract_hours
from invoices.queries.contract_sentence import contract_sentence
from invoices.queries.costs import CostView
from invoices.queries.history import Happening
from invoices.queries.steps import Step
from invoices.queries.viewer import Viewer, other_side
from payments.models import Escrow

S = Contract.State


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    milestone: Milestone
    invoice: Invoice | None
    words: str  # its state, as this viewer reads it
    tone: str
    step: Step | None


@dataclass(frozen=True, slots=True)
class Paper:
    name: str
    note: str
    amount: Money
    url: str
    issued_at: datetime | None


@dataclass(frozen=True, slots=True)
class NextDate:
    """A stop of components/trail.html that lies ahead."""

    words: str
    amount: Money | None
    at: datetime
    note: str
    url: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class ContractPage:
    contract: Contract
    other: Organization
    is_client: bool
    sentence: str
    milestones: list[MilestoneRow]
    hours: ContractHours | None  # of a contract by the hour
    cost: CostView
    papers: list[Paper]
    dates: list[NextDate]
    story: list[Happening]
    steps: list[Step]


def contract_page(contract: Contract, viewer: Viewer, *, at: datetime) -> ContractPage:
    milestones = list(contract.milestones.select_related("escrow", "contract").order_by("position"))
    shown = [
        invoice
        for invoice in contract.invoices.exclude(state=Invoice.State.WITHDRAWN)
        if viewer.may(Deed.VIEW) and (not viewer.is_client or invoice.submitted_at)
    ]
    invoices = {invoice.milestone_id: invoice for invoice in shown}
    draw = costs.as_client if viewer.is_client else costs.as_freelancer
    hours = contract_hours(contract, viewer, at=at) if contract.is_hourly else None
    live = [each.price for each in milestones if each.state != Milestone.State.CANCELLED]
    prices = [hours.terms.week_price] if hours else live
    cost = cost_of(contract, prices, on=at.date())
    steps = [*(hours.steps if hours else []), *_steps(contract, viewer)]
    if words := bonus_words(contract, viewer, at=at):
        steps.append(Step(words, reverse("contract-bonus", args=[contract.ref]), "quiet"))
    rows = [milestone_row(each, invoices.get(each.pk), viewer) for each in milestones]
    return ContractPage(
        contract=contract,
        other=other_side(viewer, contract),
        is_client=viewer.is_client,
        sentence=contract_sentence(contract, viewer),
        milestones=_with_one_primary(rows, steps),
        hours=hours,
        cost=draw(cost, contract),
        papers=_papers(shown, contract, viewer),
        dates=_dates(contract, shown, viewer),
        story=history.of_contract(contract),
        steps=steps,
    )


def milestone_row(milestone: Milestone, invoice: Invoice | None, viewer: Viewer) -> MilestoneRow:
    words, tone = milestone.get_state_display(), milestone.tone
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


def _with_one_primary(rows: list[MilestoneRow], steps: list[Step]) -> list[MilestoneRow]:
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


def _client_step(milestone: Milestone, invoice: Invoice | None, viewer: Viewer) -> Step | None:
    contract = milestone.contract
    may_fund = viewer.may(Deed.FUND, milestone.gross)
    is_fundable = milestone.state == Milestone.State.PLANNED or was_dropped(milestone)
    if is_fundable and contract.state == S.ACTIVE:
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


def _steps(contract: Contract, viewer: Viewer) -> list[Step]:
    def step(words: str, name: str, kind: str = "", *, post: bool = False) -> Step:
        return Step(words, reverse(name, args=[contract.ref]), kind, post=post)

    if viewer.is_client and viewer.may(Deed.OFFER):
        return {
            S.DRAFT: [
                step("Read and send the offer", "contract-offer", "primary"),
                step("Discard the draft", "contract-discard", "quiet", post=True),
            ],
            S.OFFERED: [step("Take the offer back", "contract-withdrawal")],
            S.ACTIVE: [
                step("Pause", "contract-pause", post=True),
                step("End the contract", "contract-end", "quiet"),
            ],
            S.PAUSED: [
                step("Resume", "contract-resumption", "primary", post=True),
                step("End the contract", "contract-end", "quiet"),
            ],
        }.get(S(contract.state), [])
    if not viewer.is_client and viewer.may(Deed.WORK):
        ending = [step("End the contract", "contract-end", "quiet")]
        return {
            S.OFFERED: [
                step("Read and answer the offer", "contract-acceptance", "primary"),
                step("Decline", "contract-refusal", "quiet"),
            ],
            S.ACTIVE: ending,
            S.PAUSED: ending,
        }.get(S(contract.state), [])
    return []


def _papers(invoices: list[Invoice], contract: Contract, viewer: Viewer) -> list[Paper]:
    fees = FeeInvoice.objects.filter(
        contract=contract, recipient=viewer.membership.organization_id
    ).exclude(number=None)
    papers = [
        Paper(
            name=f"Invoice {invoice.number}",
            note=invoice.title,
            amount=invoice.gross,
            url=reverse("invoice-pdf", args=[invoice.ref]),
            issued_at=invoice.issued_at,
        )
        for invoice in invoices
        if invoice.is_issued
    ] + [
        Paper(
            name=f"Fee invoice {fee.number}",
            note=fee.get_side_display(),
            amount=fee.gross,
            url=reverse("fee-invoice-pdf", args=[fee.ref]),
            issued_at=fee.issued_at,
        )
        for fee in fees
    ]
    return sorted(papers, key=lambda paper: (paper.issued_at, paper.name), reverse=True)


def _dates(contract: Contract, invoices: list[Invoice], viewer: Viewer) -> list[NextDate]:
    dates = []
    if contract.state == S.OFFERED and contract.expires_at:
        dates.append(
            NextDate("The offer expires", None, contract.expires_at, "unless it is answered", "")
        )
    for invoice in invoices:
        if invoice.state == Invoice.State.SUBMITTED and invoice.answer_by:
            then = "counts as approved" if invoice.silence_approves else "goes back"
            note = f"“{invoice.title}” {then} without an answer"
            dates.append(
                NextDate(
                    "Review ends",
                    invoice.gross,
                    invoice.answer_by,
                    note,
                    invoice.get_absolute_url(),
                )
            )
    return sorted(dates, key=lambda date: date.at)
