"""From when on the freelancer can withdraw what a week brings: what its money itself will do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from invoices.models import Contract, Invoice, Week
from invoices.queries.week_dates import WeekDates
from payments.models import Charge, Escrow, Freeze, Lot, PaymentMethod, Settlement
from payments.queries.cooling import arrival_of, available_from, cooled_at, days_of

State = Invoice.State
STANDS_STILL = {
    State.CONTESTED: "Nothing of it moves until it is decided what becomes of it.",
    State.RETURNED: "Its days are counted anew once it is handed in again.",
    State.APPROVED: "Once the client has paid it.",
    State.WRITTEN_OFF: "Nobody expects it to be paid any more.",
}
NOT_PAID = "Once the client’s payment for it has arrived."
IF_IT_ARRIVES = "If the client’s payment arrives when their bank says so."


@dataclass(frozen=True, slots=True)
class Available:
    at: datetime | None  # None: nobody can say yet
    note: str = ""


def available_of(
    contract: Contract, week: Week | None, dates: WeekDates, *, at: datetime
) -> Available:
    """Return when all of it is available, if nobody answers earlier than they have to."""
    if week is None or week.state == Week.State.OPEN:
        return _planned(contract, dates)
    found = Invoice.objects.filter(week=week).exclude(state=State.WITHDRAWN)
    invoices = list(found.select_related("escrow__funded_by").order_by("pk"))
    if not invoices:
        return Available(None, "Nothing of this week is paid out.")
    escrows = [each.escrow_id for each in invoices if each.escrow_id]
    frozen = set(Freeze.objects.open().filter(escrow__in=escrows).values_list("escrow", flat=True))
    lots, waiting = _lots(invoices), _waiting(escrows)
    each = [
        _of_lots(lots[invoice.pk])
        if lots[invoice.pk]
        else _expected(
            invoice,
            waiting.get(invoice.escrow_id or 0),
            is_frozen=invoice.escrow_id in frozen,
        )
        for invoice in invoices
    ]
    return _of_all(each)


def _planned(contract: Contract, dates: WeekDates) -> Available:
    """Nothing is billed yet: what its client has saved would be charged for it."""
    ours = PaymentMethod.objects.filter(organization=contract.client_id).chargeable()
    first = ours.first()
    days = days_of(first.kind) if first else 0
    if not days:
        return Available(dates.available_at)
    return Available(
        dates.available_at,
        f"Later where a bank debit pays it: that takes days to arrive, and for {days} more its"
        " bank may take it back.",
    )


def _lots(invoices: Iterable[Invoice]) -> dict[int, list[Lot]]:
    by_document = {f"invoice/{each.ref}": each.pk for each in invoices}
    found: dict[int, list[Lot]] = {pk: [] for pk in by_document.values()}
    for lot in Lot.objects.filter(document__in=by_document).order_by("pk"):
        found[by_document[lot.document]].append(lot)
    return found


def _waiting(escrows: Iterable[int]) -> dict[int, Charge]:
    """The charges that are to fill them, the last that was begun of each."""
    open_ones = Settlement.objects.filter(
        escrow__in=escrows, charge__state__in=Charge.WAITING
    ).select_related("charge")
    return {each.escrow_id or 0: each.charge for each in open_ones.order_by("pk")}


def _of_lots(lots: Iterable[Lot]) -> Available:
    left = [lot for lot in lots if lot.left.amount]
    if not left:
        return Available(None, "It went back to the client.")
    if any(lot.kept_for_id for lot in left):
        return Available(None, "It is kept until the client’s bank has decided.")
    return Available(max(lot.available_at for lot in left))


def _expected(invoice: Invoice, charge: Charge | None, *, is_frozen: bool) -> Available:
    escrow = invoice.escrow
    if is_frozen or invoice.state in STANDS_STILL:
        return Available(None, STANDS_STILL[State.CONTESTED if is_frozen else State(invoice.state)])
    if escrow is None or invoice.answer_by is None:
        return Available(None, NOT_PAID)
    if escrow.state == Escrow.State.HELD:
        return _from(escrow, escrow.funded_by, at=invoice.answer_by)
    arrival = arrival_of(charge)
    if invoice.is_protected and (arrival is None or arrival > invoice.answer_by):
        return _from(escrow, None, at=invoice.answer_by)  # We pay it in the client's stead.
    if charge is None or arrival is None:
        return Available(None, NOT_PAID)
    secure = _from(escrow, None, at=max(invoice.answer_by, arrival))
    cooled = cooled_at(charge, at=arrival)
    assert secure.at, "It is counted from a moment."
    return Available(max(secure.at, cooled or secure.at), IF_IT_ARRIVES)


def _from(escrow: Escrow, charge: Charge | None, *, at: datetime) -> Available:
    return Available(available_from(escrow.security_days, charge, at=at))


def _of_all(parts: list[Available]) -> Available:
    """All of it: what comes last says when, and what nobody knows comes last."""
    unknown = next((each for each in parts if each.at is None), None)
    known = [each for each in parts if each.at is not None]
    if unknown is None:
        last = max(known, key=lambda each: each.at)  # type: ignore[arg-type, return-value] # known
        is_one = len({each.at for each in known}) == 1
        return last if is_one else replace(last, note=f"The last part of it. {last.note}".strip())
    if not known:
        return unknown
    return replace(unknown, note=f"A part of it is waited for. {unknown.note}")
