"""The page of one contract: milestones with their next step, invoices, cost, documents, story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.people.access import Deed
from billing_site.people.models import Organization
from invoices.fees import cost_of
from invoices.models import Contract, FeeInvoice, Invoice, Milestone, RateProposal, RefundRequest
from invoices.queries import costs, dormancy, history
from invoices.queries.bonus_page import bonus_words
from invoices.queries.contract_hours import ContractHours, contract_hours
from invoices.queries.contract_sentence import contract_sentence
from invoices.queries.costs import CostView
from invoices.queries.history import Happening
from invoices.queries.milestone_rows import MilestoneRow, milestone_row, with_one_primary
from invoices.queries.project_link import project_url
from invoices.queries.retainer_terms import RetainerView, retainer_of
from invoices.queries.steps import Step
from invoices.queries.unprotected import late_words
from invoices.queries.viewer import Viewer, other_side

S = Contract.State


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
    quiet: str  # nothing has happened for long, and what comes of it
    late: str  # hours are not protected, because the client does not pay
    sentence: str
    milestones: list[MilestoneRow]
    hours: ContractHours | None  # of a contract by the hour
    retainer: RetainerView | None
    cost: CostView
    papers: list[Paper]
    dates: list[NextDate]
    story: list[Happening]
    steps: list[Step]
    project_url: str  # where the client says which project it is of; else nothing

    @property
    def cost_title(self) -> str:
        """What the cost is of."""
        if self.hours:
            return "A week at the limit"
        return "A whole period" if self.retainer else "The whole cost"


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
    proposals = hours.proposals if hours else []
    live = [each.price for each in milestones if each.state != Milestone.State.CANCELLED]
    retainer = retainer_of(contract) if contract.is_retainer else None
    prices = [hours.terms.week_price] if hours else [retainer.terms.amount] if retainer else live
    cost = cost_of(contract, prices, on=at.date())
    steps = [*(hours.steps if hours else []), *_steps(contract, viewer)]
    if words := bonus_words(contract, viewer, at=at):
        steps.append(Step(words, reverse("contract-bonus", args=[contract.ref]), "quiet"))
    requests = list(contract.refund_requests.told().order_by("pk"))
    asked = {it.milestone_id: it for it in requests}
    rows = [
        milestone_row(each, invoices.get(each.pk), viewer, asked=asked.get(each.pk))
        for each in milestones
    ]
    return ContractPage(
        contract=contract,
        other=other_side(viewer, contract),
        is_client=viewer.is_client,
        quiet=found.words if (found := dormancy.quiet(contract, at=at)) else "",
        late=late_words(contract, for_client=viewer.is_client, at=at)
        if contract.is_running
        else "",
        sentence=contract_sentence(
            contract, viewer, to_deliver=any(_is_to_deliver(each, invoices) for each in milestones)
        ),
        milestones=with_one_primary(rows, steps),
        hours=hours,
        retainer=retainer,
        cost=draw(cost, contract),
        papers=_papers(shown, contract, viewer),
        dates=_dates(contract, shown, requests, proposals),
        story=history.of_contract(contract, requests, proposals),
        project_url=project_url(contract, viewer),
        steps=steps,
    )


def _is_to_deliver(milestone: Milestone, invoices: dict[int | None, Invoice]) -> bool:
    invoice = invoices.get(milestone.pk)
    is_delivered = invoice is not None and invoice.state not in {"draft", "returned"}
    return milestone.state == Milestone.State.FUNDED and not is_delivered


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


def _dates(
    contract: Contract,
    invoices: list[Invoice],
    asked: list[RefundRequest],
    proposals: list[RateProposal],
) -> list[NextDate]:
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
    dates += [
        NextDate(
            "Answer about held money",
            it.amount,
            it.answer_by,
            f"“{it.title}”: without an answer {it.silence_words}",
            it.get_absolute_url(),
        )
        for it in asked
        if it.is_asked
    ]
    dates += [
        NextDate(
            "Answer about the rate",
            it.rate,
            it.answer_by,
            "without an answer it stays as it is",
            it.get_absolute_url(),
        )
        for it in proposals
        if it.is_open
    ]
    return sorted(dates, key=lambda date: date.at)
