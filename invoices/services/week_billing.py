"""Monday noon: the weeks of all contracts are locked and billed, in batches, as of that moment.

At the lock nothing is posted. What was worked becomes one invoice, or two where only a part
of it is protected; each has an escrow of its own, which waits for the client's payment.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import transaction

from billing_site.kernel.money import Money, share
from billing_site.kernel.periods import week_locks_at
from billing_site.kernel.transitions import SYSTEM, take_all
from billing_site.platform.queue import later
from invoices.fees import terms_of_invoice
from invoices.hours import hours_words
from invoices.models import Contract, Invoice, InvoiceLine, Week
from invoices.queries.billed_hours import line_words
from invoices.queries.week_figures import figures_of
from invoices.services import timing
from invoices.services.closing import close_if_done
from invoices.week_summary import RateLine, WeekSummary
from payments.services import expecting

logger = logging.getLogger(__name__)

NOON = SYSTEM("the time to correct the week is over")
BATCH = 250  # weeks in one transaction, and those of its last client that are beyond


def bill_weeks(*, at: datetime, batch: int = BATCH) -> int:
    """Lock and bill every week that is due by *at*, each as of its own Monday noon.

    After a downtime earlier weeks come first, with the dates they would have had. A batch
    that fails is logged and does not keep the others waiting; it is due again next time.
    """
    timing.follow_the_clock(at=at)  # What still runs is written down to the end of its week.
    billed = 0
    for monday in list(_mondays(at)):
        for pks in _batches(monday, batch):
            try:
                billed += bill_batch(pks, monday=monday)
            except Exception:
                logger.exception("Could not bill %s weeks from %s on", len(pks), monday)
    return billed


@transaction.atomic
def bill_batch(pks: Sequence[int], *, monday: date) -> int:
    """Lock and bill those of *pks* that are still open; return how many there were."""
    at = week_locks_at(monday)
    contract_ids = Week.objects.filter(pk__in=pks).values_list("contract_id", flat=True)
    contracts = Contract.objects.lock_all(list(contract_ids))
    weeks = [week for week in Week.objects.lock_all(pks) if week.state == Week.State.OPEN]
    for week in weeks:
        week.contract = contracts[week.contract_id]
    figures = figures_of(weeks, at=at, with_people=False)
    worked = [week for week in weeks if figures[week.pk].amount]
    take_all("close_empty", [it for it in weeks if not figures[it.pk].amount], by=NOON, at=at)
    for contract in {week.contract for week in weeks} - {week.contract for week in worked}:
        close_if_done(contract, at=at)
    take_all("lock", worked, by=NOON, at=at, each=lambda week: _counted(figures[week.pk]))
    _bill([part for week in worked for part in _parts(week, figures[week.pk], at=at)], at=at)
    return len(weeks)


@dataclass(frozen=True, slots=True)
class _Part:
    """The protected hours of a week, or the others: an invoice that is not written yet."""

    invoice: Invoice
    lines: list[InvoiceLine]


def _bill(parts: Sequence[_Part], *, at: datetime) -> None:
    terms = [terms_of_invoice(part.invoice, on=at.date()) for part in parts]
    clients = [part.invoice.recipient for part in parts]
    held = expecting.expect_all(terms, clients=clients, at=at)
    for part, each in zip(parts, held, strict=True):
        part.invoice.escrow = each
    invoices = Invoice.objects.bulk_create([part.invoice for part in parts])
    for part in parts:
        for line in part.lines:
            line.invoice = part.invoice
    InvoiceLine.objects.bulk_create([line for part in parts for line in part.lines])
    take_all("submit", invoices, by=NOON, at=at, submitted_by=None)
    for client_id, first in _firsts(invoices):
        later(
            "invoices.tasks.collect_weeks",
            key=f"weeks/{client_id}/{first.ref}/collected",
            client_id=client_id,
            monday=first.week.starts_on.isoformat(),  # type: ignore[union-attr] # it bills one
        )


def _parts(week: Week, figures: WeekSummary, *, at: datetime) -> Iterator[_Part]:
    for is_protected in (True, False):
        net = figures.protected_amount if is_protected else figures.unprotected_amount
        if net:
            yield _part(week, figures, net, is_protected=is_protected, at=at)


def _part(
    week: Week, figures: WeekSummary, net: Money, *, is_protected: bool, at: datetime
) -> _Part:
    contract = week.contract
    tax = share(net, basis_points=contract.tax_bps)
    invoice = Invoice(
        contract=contract,
        source=Invoice.Source.WEEK,
        week=week,
        is_protected=is_protected,
        issuer=contract.freelancer,
        recipient=contract.client,
        title=f"Week of {week.starts_on.day} {week.starts_on:%B %Y}",
        note=_note(figures, is_protected=is_protected),
        supplied_from=week.starts_on,
        supplied_to=week.starts_on + timedelta(days=6),
        currency=contract.currency,
        net=net,
        tax=tax,
        gross=net + tax,
        tax_treatment=contract.tax_treatment,
        tax_bps=contract.tax_bps,
        tax_text=contract.tax_text,
        created_at=at,
    )
    billed = [it for it in figures.lines if _amount(it, is_protected=is_protected)]
    return _Part(
        invoice,
        [
            _line(contract, rate, position, is_protected=is_protected)
            for position, rate in enumerate(billed, start=1)
        ],
    )


def _line(contract: Contract, line: RateLine, position: int, *, is_protected: bool) -> InvoiceLine:
    minutes = line.protected_minutes if is_protected else line.minutes - line.protected_minutes
    amount = _amount(line, is_protected=is_protected)
    return InvoiceLine(
        position=position,
        description=line_words(minutes, line.rate),
        currency=contract.currency,
        unit_price=amount,
        amount=amount,
        tax_treatment=contract.tax_treatment,
        tax_bps=contract.tax_bps,
    )


def _amount(line: RateLine, *, is_protected: bool) -> Money:
    return line.protected_amount if is_protected else line.unprotected_amount


def _note(figures: WeekSummary, *, is_protected: bool) -> str:
    """What the invoice leaves out, said once, on the part that is decided by the client."""
    if figures.over and (not is_protected or not figures.unprotected_amount):
        return f"Not billed: {hours_words(figures.over)} over the weekly limit."
    return ""


def _counted(figures: WeekSummary) -> dict[str, int]:
    return {
        "billed": figures.billed,
        "over": figures.over,
        "protected": figures.protected,
    }


def _firsts(invoices: Sequence[Invoice]) -> list[tuple[int, Invoice]]:
    """One invoice for each client, to name the job by that charges for all of theirs."""
    firsts: dict[int, Invoice] = {}
    for invoice in invoices:
        firsts.setdefault(invoice.recipient_id, invoice)
    return sorted(firsts.items())


def _mondays(at: datetime) -> Iterator[date]:
    due = Week.objects.to_bill(at=at).order_by("starts_on").values_list("starts_on", flat=True)
    yield from due.distinct()


def _batches(monday: date, size: int) -> Iterator[list[int]]:
    """Those of a Monday that are open now, with at least *size* in each batch but the last.

    A client's weeks are never in two batches: they are charged at once, and those of two people
    use up one cap of protection.
    """
    due = Week.objects.filter(starts_on=monday, state=Week.State.OPEN)
    found = due.order_by("contract__client_id", "pk").values_list("contract__client_id", "pk")
    batch: list[int] = []
    for _, weeks in groupby(found, key=lambda row: row[0]):
        batch += [pk for _, pk in weeks]
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
