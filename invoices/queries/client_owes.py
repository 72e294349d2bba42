"""What a client has to pay, or to finish paying: as home shows it, whoever is late first."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from billing_site.people.access import Deed, allows, roles_for
from billing_site.people.models import Membership, Organization
from invoices.models import Invoice
from invoices.queries.contract_page import NextDate
from invoices.queries.home import FirstOf, Waiting
from payments.models import Charge, Restriction, Settlement


def unpaid_invoice() -> Q:
    """Of invoices: there is something to pay on them, and it was not given up."""
    return Q(
        open_item__isnull=False,
        open_item__closed_at__isnull=True,
        open_item__written_off_at__isnull=True,
    )


def is_free_to_fund() -> Q:
    """Of milestones: nothing keeps their client from funding new work."""
    kept = Restriction.objects.standing().filter(
        organization=OuterRef("contract__client"), scopes__contains=[Restriction.Scope.FUNDING]
    )
    return ~Q(Exists(kept))


def to_finish(membership: Membership, *, at: datetime, most: int) -> tuple[list[Waiting], int]:
    """Return payments that somebody began and has to finish, and how many there are."""
    if not allows(membership, Deed.FUND):
        return [], 0
    found, count = _TO_FINISH(most, membership.organization_id, at)
    return [_to_finish(each, at=at) for each in found], count


def owed(membership: Membership, *, most: int) -> tuple[list[Invoice], int]:
    """Return the invoices for which nothing is held and no payment runs, the first due first."""
    return _OWED(most, membership.organization_id)


def to_pay(invoice: Invoice, *, at: datetime) -> Waiting:
    item = invoice.open_item
    assert item, "Something is owed on it."
    is_late = item.due_on < at.date()
    return Waiting(
        words=f"Pay {invoice.issuer} for “{invoice.title}”",
        note=f"{invoice.number or invoice.contract.title} · with our fee",
        amount=item.owed,
        url=invoice.get_absolute_url(),
        badge=f"{'was due' if is_late else 'due'} {_day(item.due_on)}",
        tone="bad" if is_late else "wait",
    )


def due_dates(invoices: list[Invoice]) -> list[NextDate]:
    """Return the days on which what is owed falls due."""
    return [
        NextDate(
            "Payment due",
            item.owed,
            datetime.combine(item.due_on, time.max, tzinfo=UTC),
            f"“{invoice.title}” of {invoice.issuer}",
            invoice.get_absolute_url(),
        )
        for invoice in invoices
        if (item := invoice.open_item)
    ]


def approvers_of(organization: Organization) -> str:
    """Return who approves work there, by name."""
    seats = Membership.objects.live().filter(
        organization=organization, role__in=roles_for(Deed.APPROVE, organization)
    )
    names = [str(seat.user) for seat in seats.select_related("user").order_by("since", "pk")[:3]]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _begun(client: int, at: datetime) -> QuerySet[Charge]:
    begun = Charge.objects.filter(client=client).in_the_payers_hands(at=at)
    rows = begun.select_related("collection").prefetch_related("settlements", "promises")
    late_first = (F("collection__late_since").asc(nulls_last=True), "page_expires_at", "pk")
    return rows.order_by(*late_first)


def _owed(client: int) -> QuerySet[Invoice]:
    runs = Settlement.objects.filter(
        open_item=OuterRef("open_item"), charge__state__in=Charge.WAITING
    )
    ours = Invoice.objects.filter(unpaid_invoice(), ~Exists(runs), recipient=client)
    rows = ours.select_related("open_item", "issuer", "contract")
    return rows.order_by("open_item__due_on", "pk")


_TO_FINISH, _OWED = FirstOf(_begun), FirstOf(_owed)


def _to_finish(charge: Charge, *, at: datetime) -> Waiting:
    titles = [each.title for each in charge.settlements.all()]
    what = f"“{titles[0]}”" if titles else str(charge)
    more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
    confirms = charge.state == Charge.State.ACTION_NEEDED
    kept = [each.until for each in charge.promises.all() if each.is_kept]
    deed = "Confirm the payment" if confirms else "Send the bank transfer" if kept else "Pay"
    until = kept[-1] if kept else charge.page_expires_at
    is_late = hasattr(charge, "collection") and charge.collection.late_since is not None
    badge = f"until {_day(until)}" if until and until > at else "not paid yet"
    return Waiting(
        words=f"{deed} for {what}{more}",
        note="Your bank asks you to confirm it" if confirms else "Begun, and not paid yet",
        amount=charge.asked,
        url=charge.get_absolute_url(),
        badge="late" if is_late else badge,
        tone="bad" if is_late else "wait",
    )


def _day(moment: date) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}"
