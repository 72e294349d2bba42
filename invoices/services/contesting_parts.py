"""Some hours of a week are in dispute, and the rest goes on by itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from billing_site.kernel.transitions import SYSTEM, NotAllowed, take
from billing_site.people.models import User
from invoices.models import Invoice
from invoices.queries.division_of_hours import divide_hours
from invoices.services import approving, part_dividing
from invoices.services.contesting import DISPUTED, contest_locked, refuse_if_too_late
from invoices.services.locking import lock_from_the_top
from payments.services.booking import book

CLOCK = ("submitted_at", "answer_by", "stood_to", "silence_approves", "reminders")


@transaction.atomic
def contest_part(
    invoice_id: int, *, hours: Collection[str], by: User | SYSTEM, at: datetime
) -> Invoice:
    """Contest some time of a week (refs of entries); the rest goes on, an invoice of its own.

    Both are answered by when the whole was. Returns the contested one. Posts to the books, last.

    :raises WrongState, NotYours: as `contest`.
    :raises NotAllowed: it bills no hours, those are none or all of them, or nothing is held.
    """
    _, invoice = lock_from_the_top(invoice_id)
    approving.refuse_if_approved(invoice)
    refuse_if_too_late(invoice, at=at)
    if invoice.source != Invoice.Source.WEEK:
        raise NotAllowed(f"{invoice} has no parts: the dispute is about all of it.")
    part_dividing.refuse_if_short(invoice)
    was, clock = invoice.state, {name: getattr(invoice, name) for name in CLOCK}
    if was == Invoice.State.SUBMITTED:
        take(invoice.return_, by=DISPUTED, at=at)
    division = divide_hours(invoice, hours)
    if division is None:
        raise NotAllowed("Choose some of the hours, and leave some.")
    rest, movement = part_dividing.cut(invoice, division, at=at)
    take(rest.submit, by=DISPUTED, at=at, submitted_by=None)
    if was == Invoice.State.RETURNED:
        take(rest.return_, by=DISPUTED, at=at)
    contest_locked(invoice, by=by, at=at)
    invoice.contested_from = was
    for each in (invoice, rest):
        for name, value in clock.items():
            setattr(each, name, value)
        each.save(update_fields=["contested_from", *CLOCK])
    book([movement])
    return invoice
