"""Who did what when, in words, for timelines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from billing_site.kernel.money import Money, show
from billing_site.kernel.transitions import StateChange
from billing_site.platform.models import File
from invoices.models import (
    Approval,
    Contract,
    Delivery,
    Invoice,
    InvoiceChange,
    Milestone,
    MilestoneChange,
    RateProposal,
    RefundRequest,
)
from invoices.queries.history_words import (
    CONTRACT,
    INVOICE,
    MILESTONE,
    PAYMENT,
    PROPOSAL,
    REQUEST,
)


@dataclass(frozen=True, slots=True)
class FileLink:
    name: str
    url: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of components/timeline.html."""

    who: str
    at: datetime
    did: str
    text: str = ""
    amount: Money | None = None
    url: str = ""
    files: list[FileLink] = field(default_factory=list)
    by_system: bool = False


def of_contract(
    contract: Contract,
    requests: Iterable[RefundRequest],
    proposals: Iterable[RateProposal] = (),
) -> list[Happening]:
    """What happened to a contract, its milestones and its invoices, newest first."""
    happenings = [
        _happening(change, CONTRACT.get(change.step, change.step), "")
        for change in contract.changes.select_related("by").order_by("at", "pk")
    ]
    steps = MilestoneChange.objects.filter(milestone__contract=contract)
    happenings += _of_milestones(steps)
    events = InvoiceChange.objects.filter(invoice__contract=contract, step__in=INVOICE)
    happenings += [
        _happening(
            event,
            f"{did} “{event.invoice.title}”",
            event.invoice.get_absolute_url(),
        )
        for event in events.select_related("by", "invoice").order_by("at", "pk")
        if (did := _did(event, event.invoice))
    ]
    for request in requests:
        happenings += _of_request(request)
    for proposal in proposals:
        happenings += _of_proposal(proposal)
    return _newest_first(happenings)


def of_request(request: RefundRequest) -> list[Happening]:
    """Who asked for what, and what was answered, newest first."""
    return _newest_first(_of_request(request))


def of_rate_proposals(proposals: Iterable[RateProposal]) -> list[Happening]:
    """Who asked for more an hour, and what was answered, newest first."""
    return _newest_first(it for each in proposals for it in _of_proposal(each))


def _of_proposal(proposal: RateProposal) -> list[Happening]:
    what, url = f"{show(proposal.rate)} an hour", proposal.get_absolute_url()
    asked = Happening(
        who=str(proposal.proposed_by),
        at=proposal.proposed_at,
        did=f"asked for {what}",
        text=proposal.reason,
        url=url,
    )
    changes = sorted(proposal.changes.all(), key=lambda change: change.pk)
    return [
        asked,
        *(
            _happening(each, f"{PROPOSAL.get(each.step, each.step)} {what}", url)
            for each in changes
        ),
    ]


def _of_request(request: RefundRequest) -> list[Happening]:
    what, url = f"the request for “{request.title}”", request.get_absolute_url()
    asked = Happening(
        who=str(request.asked_by),
        at=request.asked_at,
        did=f"asked for money of “{request.title}” back",
        text=request.reason,
        amount=request.amount,
        url=url,
    )
    changes = sorted(request.changes.all(), key=lambda change: change.pk)
    return [
        asked,
        *(_happening(each, f"{REQUEST.get(each.step, each.step)} {what}", url) for each in changes),
    ]


def of_invoice(invoice: Invoice, approvals: Sequence[Approval] = ()) -> list[Happening]:
    """Deliveries with their files, and what was answered, newest first.

    With *approvals*, those too that did not approve it by themselves: the client's own business.
    """
    deliveries = {each.round: each for each in _deliveries(invoice)}
    happenings, round_ = [], 0
    for change in invoice.changes.select_related("by").order_by("at", "pk"):
        if change.step not in INVOICE:
            continue
        if change.step == "submit":
            round_ += 1
            if not invoice.was_given:
                happenings.append(_delivered(change, deliveries.get(round_), invoice))
        else:
            happenings.append(_happening(change, _answered(change, invoice), ""))
    happenings += [_agreed(each) for each in approvals if each.at != invoice.approved_at]
    return _newest_first(happenings)


def of_milestone(milestone: Milestone) -> list[Happening]:
    return _newest_first(_of_milestones(MilestoneChange.objects.filter(milestone=milestone)))


def _of_milestones(steps: QuerySet[MilestoneChange]) -> list[Happening]:
    happenings = []
    for step in steps.select_related("by", "milestone").order_by("at", "pk"):
        url = step.milestone.get_absolute_url()
        title = f"“{step.milestone.title}”"
        if step.step in MILESTONE:
            happenings.append(_happening(step, f"{MILESTONE[step.step]} {title}", url))
        elif step.step in PAYMENT:
            did, meaning = PAYMENT[step.step]
            happenings.append(
                Happening(
                    who=f"The payment for {title}",
                    at=step.at,
                    did=did,
                    text=step.note or meaning,
                    url=url,
                    by_system=True,
                )
            )
    return happenings


def _did(change: StateChange, invoice: Invoice) -> str:
    """In words, before the title; empty where another step says it."""
    if invoice.was_given:
        return {"submit": "", "approve": "gave"}.get(change.step, INVOICE[change.step])
    if change.step == "submit" and invoice.milestone_id is None:
        return "submitted"
    return INVOICE[change.step]


def _answered(change: StateChange, invoice: Invoice) -> str:
    return {"return_": "asked for changes", "withdraw": "withdrew the invoice"}.get(
        change.step, _did(change, invoice)
    )


def _agreed(approval: Approval) -> Happening:
    lent = f", in the name of {approval.on_behalf_of}" if approval.on_behalf_of else ""
    gone = approval.cleared_because
    return Happening(
        who=str(approval.by),
        at=approval.at,
        did=f"agreed to it as one of two{lent}",
        amount=approval.seen,
        text=f"It does not count any more: {gone}." if gone else "",
    )


def _deliveries(invoice: Invoice) -> list[Delivery]:
    return list(invoice.deliveries.select_related("by").prefetch_related("files"))


def _delivered(change: StateChange, delivery: Delivery | None, invoice: Invoice) -> Happening:
    again = " again" if delivery and delivery.round > 1 else ""
    return Happening(
        who=str(change.by or "The system"),
        at=change.at,
        did=f"submitted it{again}" if invoice.milestone_id is None else _handed_in(again),
        text=delivery.message if delivery else "",
        files=[file_link(file) for file in delivery.files.all()] if delivery else [],
        by_system=change.by is None,
    )


def _handed_in(again: str) -> str:
    return "delivered again" if again else "delivered the work"


def file_link(file: File) -> FileLink:
    return FileLink(file.name, file.get_absolute_url(), file.size, file.sha256)


def _happening(change: StateChange, did: str, url: str) -> Happening:
    by_system = change.by is None
    text = change.note or (f"Because {change.reason}." if by_system and change.reason else "")
    return Happening(
        who=str(change.by or "The system"),
        at=change.at,
        did=did,
        text=text,
        url=url,
        by_system=by_system,
    )


def _newest_first(happenings: Iterable[Happening]) -> list[Happening]:
    # Within one moment, what was written later stands above.
    numbered = list(enumerate(happenings))
    numbered.sort(key=lambda pair: (pair[1].at, pair[0]), reverse=True)
    return [happening for _, happening in numbered]
