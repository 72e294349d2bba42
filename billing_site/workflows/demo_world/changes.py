"""What two sides change while they work: rates that are asked for, late fees, hours in part."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.workflows.demo_world.scripts import Deed
from invoices.models import Contract, Invoice
from invoices.services import late_fees, part_dividing, rate_proposals

VERBS = ("late_fee", "more", "unask", "agree_more", "decline_more", "part")


def change(contract: Contract, deed: Deed, *, client: User, worker: User, at: datetime) -> None:
    match deed.verb:
        case "late_fee":
            monthly, grace, cap = (int(word) for word in deed.note.split())
            late_fees.agree(
                contract.pk,
                fixed=None,
                monthly_bps=monthly,
                grace_days=grace,
                cap_bps=cap,
                by=client,
                at=at,
            )
        case "more":
            units, why = deed.note.split(" ", 1)
            rate = Money(int(units), contract.currency)
            rate_proposals.propose(contract.pk, rate, reason=why, by=worker, at=at)
        case "part":
            _approve_a_part(contract, deed.note, by=client, at=at)
        case _:
            _answer(contract, deed, client=client, worker=worker, at=at)


def _answer(contract: Contract, deed: Deed, *, client: User, worker: User, at: datetime) -> None:
    waiting = contract.rate_proposals.open().get()
    if deed.verb == "unask":
        rate_proposals.withdraw(waiting.pk, by=worker, at=at)
    elif deed.verb == "agree_more":
        rate_proposals.accept(waiting.pk, by=client, at=at)
    else:
        rate_proposals.decline(waiting.pk, by=client, at=at, reason=deed.note)


def _approve_a_part(contract: Contract, why: str, *, by: User, at: datetime) -> None:
    """Send the last time of a week back, once, on a day on which it is reviewed.

    On which days of the calendar that is follows from today's day of the week: the script
    names several, and one of them is such a day.
    """
    if Invoice.objects.filter(contract=contract, state=Invoice.State.RETURNED).exists():
        return
    for week in Invoice.objects.filter(contract=contract, state=Invoice.State.SUBMITTED):
        entries = week.week.entries.order_by("during", "pk") if week.week else []
        try:
            if refs := [entry.ref for entry in entries][1:]:
                part_dividing.approve_part(week.pk, returned=refs, reason=why, by=by, at=at)
        except NotAllowed:
            continue  # Its money is not here yet.
