"""What somebody reads before they contest money: how much, what happens to it, and when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money, show
from billing_site.people.access import Deed
from billing_site.people.models import Organization, User
from disputes.models import Dispute, Reason, Side
from invoices.models import Contract, Invoice, Milestone
from invoices.queries.billed_hours import hours_of
from invoices.queries.division_of_hours import Half, divide_hours
from invoices.queries.part_page import HoursRow
from invoices.queries.viewer import Viewer, other_side
from payments.models import Escrow

OF_HOURS = (Reason.HOURS_NOT_WORKED, Reason.HOURS_NOT_RELATED)
BY_CLIENT = (Reason.NOT_AS_AGREED, Reason.NOT_DELIVERED, Reason.LATE)
BY_FREELANCER = (Reason.WORK_NOT_PAID, Reason.CHANGES_WITHOUT_END)
GIVEN_UP = (
    "You withdrew your dispute about it after a mediator had proposed: you cannot "
    "open it again. The other side can."
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The one escrow that a dispute is about, with what stands on it."""

    escrow: Escrow | None
    contract: Contract
    title: str
    url: str
    is_about_hours: bool
    invoice: Invoice | None

    @property
    def has_invoice(self) -> bool:
        return self.invoice is not None


@dataclass(frozen=True, slots=True)
class OpeningPage:
    subject: Subject
    side: Side
    other: Organization
    freelancer: Organization
    client: Organization
    at_stake: Money | None
    why_not: str  # why nothing can be contested; empty where it can
    answer_by: datetime
    reasons: list[tuple[str, str]]
    rows: list[HoursRow]  # the hours that can be contested apart; none where it is one piece
    rest: Half | None  # what goes on, where some hours are ticked and others are not

    @property
    def seen(self) -> dict[str, str]:
        return {"seen_at_stake": show(self.at_stake) if self.at_stake is not None else ""}


def subject_of(user: User, *, invoice: str, milestone: str) -> Subject | None:
    """Return what the address names, as far as *user* may see it."""
    if milestone:
        return _of_milestone(user, milestone)
    visible = Invoice.objects.visible_to(user)
    sides = ("contract__client", "contract__freelancer", "escrow")
    found = visible.select_related(*sides).filter(ref=invoice).first()
    if found is None:
        return None
    return Subject(
        found.escrow,
        found.contract,
        found.title,
        found.get_absolute_url(),
        is_about_hours=found.source == Invoice.Source.WEEK,
        invoice=found,
    )


def dispute_about(subject: Subject) -> Dispute | None:
    """The case that is open about it already."""
    if subject.escrow is None:
        return None
    return Dispute.objects.filter(escrow=subject.escrow).running().first()


def opening_page(
    subject: Subject, viewer: Viewer, hours: Collection[str], *, answer_by: datetime
) -> OpeningPage:
    """*hours* are the entries that are contested, by ref; without any it is all that is held."""
    side = Side.CLIENT if viewer.is_client else Side.FREELANCER
    held, why_not = subject.escrow, _why_not(subject.escrow, viewer)
    rows = [] if why_not else _rows(subject, hours)
    rest = _rest(subject, hours) if rows else None
    if held and rest:
        held.divided += rest.gross  # As it is once the rest has gone; it is not stored here.
    reasons = [
        *(OF_HOURS if subject.is_about_hours else ()),
        *(BY_CLIENT if viewer.is_client else BY_FREELANCER),
        Reason.OTHER,
    ]
    return OpeningPage(
        subject=subject,
        side=side,
        other=other_side(viewer, subject.contract),
        freelancer=subject.contract.freelancer,
        client=subject.contract.client,
        at_stake=held.remaining if held and held.state == Escrow.State.HELD else None,
        why_not=why_not,
        answer_by=answer_by,
        reasons=[(it.value, _capital(it.label)) for it in reasons],
        rows=rows,
        rest=rest,
    )


def _rows(subject: Subject, ticked: Collection[str]) -> list[HoursRow]:
    invoice = subject.invoice
    if invoice is None or not subject.is_about_hours:
        return []
    rows = [HoursRow(each, each.entry.ref in ticked) for each in hours_of(invoice)]
    return rows if len(rows) > 1 else []


def _rest(subject: Subject, hours: Collection[str]) -> Half | None:
    assert subject.invoice, "Its hours were just counted."
    division = divide_hours(subject.invoice, hours)
    return division.approved if division else None


def _why_not(held: Escrow | None, viewer: Viewer) -> str:
    if held is None or held.state not in {Escrow.State.HELD, Escrow.State.EXPECTED}:
        return (
            "Nothing is held for it. What was paid already is asked back on its invoice; what "
            "is not paid is sent back for changes."
        )
    if held.state == Escrow.State.EXPECTED:
        return (
            "The payment for it has not arrived: there is nothing yet to divide. On its page you "
            "can ask for changes while it is reviewed: then nothing counts as approved."
            if viewer.is_client
            else "The payment for it has not arrived: there is nothing yet to divide."
        )
    if not viewer.may(Deed.OFFER if viewer.is_client else Deed.WORK):
        return "Your role does not speak for your organization in disputes. An owner can."
    side = Side.CLIENT if viewer.is_client else Side.FREELANCER
    if Dispute.objects.given_up(held.pk, side=side).exists():
        return GIVEN_UP
    return ""


def _of_milestone(user: User, ref: str) -> Subject | None:
    visible = Milestone.objects.visible_to(user)
    sides = ("contract__client", "contract__freelancer", "escrow")
    found = visible.select_related(*sides).filter(ref=ref).first()
    if found is None:
        return None
    on_it = found.invoices.exclude(state__in=[Invoice.State.WITHDRAWN, Invoice.State.DRAFT])
    return Subject(
        found.escrow,
        found.contract,
        found.title,
        found.get_absolute_url(),
        is_about_hours=False,
        invoice=on_it.first(),
    )


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
