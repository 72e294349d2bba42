"""What is held or owed, from the client's charge to the freelancer's bank, stop by stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Exists, OuterRef

from billing_site.kernel.money import Money
from billing_site.people.models import Organization
from invoices.models import Invoice
from invoices.queries.money_stops import Stop, ahead, divided, held, paid, released, sent_back
from ledger.queries import trail
from ledger.queries.trail import Reference, TrailEntry
from payments.models import Charge, Escrow, Lot, OpenItem, Refund, Settlement
from payments.queries.account_words import PostedEntry, in_words
from payments.queries.debts import kept_of_lots


@dataclass(frozen=True, slots=True)
class Trail:
    stops: list[Stop]
    entries: list[PostedEntry]


@dataclass(frozen=True, slots=True)
class Found:
    """The payments for what is held or owed, what was released of it, and what went back."""

    settlements: Sequence[Settlement] = ()
    lots: Sequence[Lot] = ()
    refunds: Sequence[Refund] = ()
    kept: Mapping[str, Money] = field(default_factory=dict)  # of lots, for what was owed

    @property
    def paid(self) -> list[Settlement]:
        """The payments that were made or are on their way, in their order."""
        given_up = {Charge.State.FAILED, Charge.State.CANCELLED}
        return [each for each in self.settlements if each.charge.state not in given_up]


def stops_of(
    escrow: Escrow | None,
    item: OpenItem | None,
    invoice: Invoice | None,
    *,
    for_client: bool,
    at: datetime,
    tells_debts: bool = True,
) -> list[Stop]:
    """Return where the money was, is, and will be, for what is held or owed; else nothing.

    What a freelancer owes us is told to them, and to nobody who reads *for_client* or for us.
    """
    is_theirs = tells_debts and not for_client
    stops: list[Stop] = []
    if escrow:
        found = _found(escrow, tells_debts=is_theirs)
        stops += _of_escrow(escrow, found, invoice, for_client=for_client, at=at)
    if item:
        found = _found(item, tells_debts=is_theirs)
        stops += _of_item(item, found, for_client=for_client, at=at)
    return stops


def entries_of(escrow: Escrow, invoice: Invoice, *beside: Reference) -> list[TrailEntry]:
    """Return every posting about what is held, and about what else names itself *beside* it.

    But for what its freelancer owes us: that is between the two of us.
    """
    return _entries(escrow, _found(escrow), invoice, *beside, reader=None)


def trail_of(invoice: Invoice, *, for_client: bool, at: datetime) -> Trail:
    """Return both for the money of an *invoice*, in the words of one side."""
    escrow, item = invoice.escrow, invoice.open_item
    reader = invoice.recipient if for_client else invoice.issuer
    if escrow is None and item is not None:
        found = _found(item, tells_debts=not for_client)
        stops = _of_item(item, found, for_client=for_client, at=at)
        entries = _entries(item, found, invoice, reader=reader)
        return Trail(stops, in_words(entries, reader=reader))
    if escrow is None:
        return Trail([], [])
    found = _found(escrow, tells_debts=not for_client)
    stops = _of_escrow(escrow, found, invoice, for_client=for_client, at=at)
    if item:
        of_item = _found(item, tells_debts=not for_client)
        stops += _of_item(item, of_item, for_client=for_client, at=at)
    entries = _entries(escrow, found, invoice, reader=reader)
    return Trail(stops, in_words(entries, reader=reader))


def _found(terms: Escrow | OpenItem, *, tells_debts: bool = False) -> Found:
    found = _read(terms)
    if not tells_debts:
        return found
    kept = kept_of_lots([lot for lot in found.lots if lot.made_available_at])
    return replace(found, kept=kept)


def _read(terms: Escrow | OpenItem) -> Found:
    others = Settlement.objects.filter(charge=OuterRef("charge")).exclude(pk=OuterRef("pk"))
    settlements = (
        Settlement.objects.select_related("charge__quote")
        .annotate(is_beside_others=Exists(others))
        .order_by("pk")
    )
    lots = Lot.objects.select_related("freelancer").order_by("released_at", "pk")
    if isinstance(terms, OpenItem):
        items = [*terms.before, terms]
        mine = settlements.filter(open_item__in=items)
        return Found(list(mine), list(lots.filter(settlement__open_item__in=items)))
    refunds = Refund.objects.filter(escrow=terms).select_related("charge")
    return Found(
        list(settlements.filter(escrow=terms.origin)),
        list(lots.filter(escrow=terms)) if terms.released else [],
        list(refunds.order_by("requested_at", "pk")) if terms.refunded else [],
    )


def _entries(
    terms: Escrow | OpenItem,
    found: Found,
    invoice: Invoice | None,
    *beside: Reference,
    reader: Organization | None,
) -> list[TrailEntry]:
    """One payment may be for the work of several freelancers: what the others get stays theirs.

    What was kept for a debt is read by who owed it.
    """
    if not found.paid and not beside:
        return []
    shared = {
        each.charge.ref
        for each in found.paid
        if each.is_beside_others  # type: ignore[attr-defined]  # annotated
    }
    ours = [f"settlement/{each.reference}/" for each in found.paid]
    references = [*beside, *(("charge", each.charge.ref) for each in found.paid)]
    references += [("refund", refund.ref) for refund in found.refunds]
    references += [("lot", lot.ref) for lot in found.lots]
    if isinstance(terms, Escrow):
        references.append(("escrow", terms.ref))
        ours += [f"escrow/{terms.ref}/", f"escrow/{terms.origin.ref}/"]
    if invoice:
        references.append(("invoice", invoice.ref))
    return [
        entry
        for entry in trail.of(references)
        if entry.reference[1] not in shared or entry.key.startswith(tuple(ours))
        if entry.kind != "recover_debt" or _is_about(entry, reader)
    ]


def _is_about(entry: TrailEntry, reader: Organization | None) -> bool:
    return reader is not None and {line.holder for line in entry.lines} == {reader.pk}


def _of_escrow(
    escrow: Escrow, found: Found, invoice: Invoice | None, *, for_client: bool, at: datetime
) -> list[Stop]:
    stops = []
    settlement = _filling(escrow.origin, found)
    if settlement:
        stops.append(paid(settlement, escrow, for_client=for_client))
    if escrow.held_at:
        stops.append(held(escrow))
    stops += divided(escrow) if escrow.divided else []
    if escrow.lost:
        whose = "your bank" if for_client else "the client's bank"
        stops.append(Stop(f"Taken back by {whose}", escrow.lost, None))
    for lot in found.lots:
        stops += released(lot, for_client=for_client, at=at, kept=found.kept.get(lot.ref))
    stops += [sent_back(refund, for_client=for_client) for refund in found.refunds]
    if escrow.state in {Escrow.State.EXPECTED, Escrow.State.HELD}:
        stops += ahead(escrow, invoice, escrow.funded_by or _coming(settlement), at=at)
    return stops


def _of_item(item: OpenItem, found: Found, *, for_client: bool, at: datetime) -> list[Stop]:
    who = "You" if for_client else str(item.client)
    whose = "your bank" if for_client else "the client's bank"
    stops = []
    for each in [*item.before, item]:
        if each.replaces:
            stops.append(Stop(f"Taken back by {whose}", each.total, each.created_at))
        for settlement in found.paid:
            if settlement.open_item_id != each.pk:
                continue
            stops.append(paid(settlement, each, for_client=for_client))
            mine = [lot for lot in found.lots if lot.settlement_id == settlement.pk]
            for lot in mine:
                kept = found.kept.get(lot.ref)
                stops += released(lot, for_client=for_client, at=at, kept=kept)
    left = item.owed
    for settlement in found.paid:
        if settlement.charge.state == Charge.State.PROCESSING:
            left -= settlement.amount  # It is on its way, and said above.
    if item.is_open and left.amount > 0:
        owed = left if for_client else item.payment_of(left).gross
        words = "with our fee and the VAT on it" if for_client else "without the client's fee"
        due = f"due {item.due_on.day} {item.due_on:%B %Y}"
        stops.append(Stop(f"{who} still to pay", owed, None, f"{words} · {due}", done=False))
    return stops


def _coming(settlement: Settlement | None) -> Charge | None:
    """The bank debit or transfer that is on its way to fill it."""
    charge = settlement.charge if settlement else None
    return charge if charge and charge.state == Charge.State.PROCESSING else None


def _filling(origin: Escrow, found: Found) -> Settlement | None:
    """The payment that filled it, or the one begun last."""
    by = origin.funded_by_id
    return next((it for it in reversed(found.settlements) if by in {None, it.charge_id}), None)
