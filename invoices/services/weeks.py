"""A billed week: charged, released on its Friday or once it is paid, given up after 30 days."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from billing_site.kernel.money import show, zero
from billing_site.kernel.periods import week_locks_at
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, NotAllowed, take
from billing_site.people.access import Deed
from billing_site.people.models import Organization
from billing_site.platform.queue import later
from invoices.models import Contract, Invoice, Week
from invoices.models.invoice_rows import UNPAID
from invoices.services import closing, fee_credits
from invoices.services.billing import bill_client_fee
from invoices.services.consenting import clear
from invoices.services.locking import lock_from_the_top
from invoices.services.telling import date_words, tell
from payments.models import Charge, Escrow
from payments.queries import too_little
from payments.queries.charged_in import at_its_rate
from payments.services import collecting, escrow

NOT_PAID = SYSTEM("the client has not paid it for 30 days")
OVER = SYSTEM("nothing of it is open any more")


@transaction.atomic
def collect(client: Organization, *, monday: date) -> list[Charge]:
    """Charge *client* at once for all weeks of *monday* that were billed and not charged yet.

    One charge a currency, as of the moment of the lock. Doing it again charges nothing, nor does
    doing it twice at once: what somebody charged meanwhile is left out once all is locked.
    """
    at = week_locks_at(monday)
    waiting = Invoice.objects.filter(
        source=Invoice.Source.WEEK,
        week__starts_on=monday,
        recipient=client,
        escrow__state=Escrow.State.EXPECTED,
        escrow__settlements__isnull=True,
    ).select_related("escrow", "issuer", "recipient", "contract")
    found = sorted(pk or 0 for pk in waiting.values_list("escrow_id", flat=True))
    held = {pk: Escrow.objects.lock(pk) for pk in found}
    by_currency: dict[str, list[Invoice]] = {}
    for invoice in waiting.filter(escrow__in=held).order_by("pk"):  # those that still wait
        by_currency.setdefault(invoice.currency, []).append(invoice)
    charges = []
    for invoices in by_currency.values():
        charge = collecting.collect(
            payer=client,
            purposes=[held[pk] for pk in sorted(it.escrow_id or 0 for it in invoices)],
            by=SYSTEM(f"the week of {monday.day} {monday:%B} was billed"),
            at=at,
            return_path=reverse("invoices"),
        )
        charges.append(charge)
        _tell_of_bill(client, invoices, charge, monday=monday, at=at)
    return charges


@transaction.atomic
def note_funding(invoice_id: int, *, at: datetime) -> Invoice:
    """Follow the payment that has filled a week's escrow. Payments posted it just now.

    What waited for that alone, its review being over, is approved by a job after commit.
    """
    contract, invoice = lock_from_the_top(invoice_id)
    held = invoice.escrow
    assert held, "A week has an escrow from its lock on."
    _bill_client_fee(contract, invoice, held, at=at)
    if invoice.state == Invoice.State.SUBMITTED:
        assert invoice.answer_by, "A review has an end."
        tell(
            invoice.issuer,
            Deed.WORK,
            invoice,
            template="week_funded",
            subject=f"{show(invoice.gross)} is held for “{invoice.title}”",
            key="funded",
            at=at,
            amount=show(invoice.gross),
            contract=contract.title,
            decided=date_words(max(invoice.answer_by, at)),
        )
        if invoice.answer_by <= at:
            later("invoices.tasks.approve_paid_week", invoice_id=invoice.pk)
    return invoice


def note_advance(contract: Contract, invoice: Invoice, *, at: datetime) -> None:
    """The platform has filled the escrow in the client's stead, who owes our fee with it."""
    held = invoice.escrow
    assert held, "A week has an escrow from its lock on."
    _bill_client_fee(contract, invoice, held, at=at)
    waits = too_little.comes_with_the_next(held)
    what = "comes with your next payment" if waits else "is overdue"
    tell(
        invoice.recipient,
        Deed.FUND,
        invoice,
        template="week_advanced",
        subject=f"{show(held.total)} for “{invoice.title}” {what}",
        key="advanced",
        at=at,
        freelancer=str(invoice.issuer),
        pays=show(held.total),
        waits_for_more=waits,
    )


def withdraw_unpaid(*, at: datetime) -> list[Invoice]:
    """Give up what no client paid for 30 days and nobody protects, as of the thirtieth day."""
    found = Invoice.objects.to_give_up(at=at).values_list("pk", "asked_since")
    return one_by_one(found, lambda row: _give_up(row[0], at=row[1] + UNPAID), to="give up invoice")


def let_go(invoice: Invoice, *, at: datetime, why: str) -> None:
    """Its invoice was withdrawn: nothing is waited for any more, and what is held goes back.

    Posts to the books, last, where money was held.
    """
    assert invoice.escrow_id, "A week has an escrow from its lock on."
    held = Escrow.objects.lock(invoice.escrow_id)
    close_if_done(invoice, at=at)
    if held.state == Escrow.State.EXPECTED:
        take(held.drop, by=SYSTEM(why), at=at)
        waiting = Charge.objects.filter(settlements__escrow=held, state__in=Charge.WAITING)
        for pk in waiting.values_list("pk", flat=True):
            key = f"charge/{pk}/review/{held.ref}"
            later("payments.tasks.review_collection", key=key, charge_pk=pk)
    elif held.state == Escrow.State.HELD:
        refund = escrow.refund(held.pk, reason=why, by=SYSTEM(why), at=at)
        fee_credits.of_refund(refund, at=at)


def close_if_done(invoice: Invoice, *, at: datetime) -> None:
    """Close the week of *invoice*, which is locked, once nothing of it is open any more."""
    week = invoice.week
    if week is None or week.state != Week.State.LOCKED:
        return
    if not week.invoices.exclude(state__in=Invoice.DONE).exists():
        take(week.close, by=OVER, at=at)
        closing.close_if_done(invoice.contract, at=at)


def close_all_done(*, at: datetime) -> list[Week]:
    """Close those whose last open invoice was credited or written off, which locks no week."""
    done = Week.objects.filter(state=Week.State.LOCKED, invoices__state__in=Invoice.DONE)
    done = done.exclude(invoices__in=Invoice.objects.exclude(state__in=Invoice.DONE))
    pks = done.order_by("pk").values_list("pk", flat=True).distinct()
    closed = one_by_one(pks, lambda pk: _close(pk, at=at), to="close week")
    return [week for week in closed if week.state == Week.State.CLOSED]


@transaction.atomic
def _close(week_id: int, *, at: datetime) -> Week:
    first = Invoice.objects.filter(week=week_id).order_by("pk").values_list("pk", flat=True)[0]
    _, invoice = lock_from_the_top(first)
    close_if_done(invoice, at=at)
    assert invoice.week, "It was found by its week."
    return invoice.week


@transaction.atomic
def _give_up(invoice_id: int, *, at: datetime) -> Invoice:
    _, invoice = lock_from_the_top(invoice_id)
    if not Invoice.objects.to_give_up(at=at).filter(pk=invoice.pk).exists():
        raise NotAllowed(f"{invoice} was paid or withdrawn meanwhile.")
    take(invoice.withdraw, by=NOT_PAID, at=at)
    clear(invoice, because="it was not paid for 30 days", at=at)
    let_go(invoice, at=at, why="the client has not paid it for 30 days")
    for organization, deed in [(invoice.issuer, Deed.WORK), (invoice.recipient, Deed.FUND)]:
        tell(
            organization,
            deed,
            invoice,
            template="week_not_collected",
            subject=f"{show(invoice.gross)} for “{invoice.title}” could not be collected",
            key=f"not_collected/{organization.ref}",
            at=at,
            price=show(invoice.gross),
            client=str(invoice.recipient),
            freelancer=str(invoice.issuer),
            to_client=organization.pk == invoice.recipient_id,
        )
    return invoice


def _bill_client_fee(contract: Contract, invoice: Invoice, held: Escrow, *, at: datetime) -> None:
    bill_client_fee(
        contract,
        cause=f"escrow/{held.ref}/funded",
        title=invoice.title,
        base=held.net,
        net=held.client_fee,
        tax=held.client_fee_tax,
        agreed_on=held.created_at.date(),
        at=at,
        invoice=invoice,
        escrow=held,
    )


def _tell_of_bill(
    client: Organization, invoices: list[Invoice], charge: Charge, *, monday: date, at: datetime
) -> None:
    """One letter to the client for all that is charged, and one to each freelancer."""
    nothing, total = zero(charge.currency), charge.amount
    review_ends = date_words(invoices[0].answer_by or at)
    waits = too_little.waits_for_more(charge)
    verb = "is to be paid" if waits else "is charged"
    tell(
        client,
        Deed.VIEW,
        invoices[0],
        template="weeks_billed",
        subject=f"{show(total)} {verb} for the hours of the week of {monday.day} {monday:%B}",
        key="billed/client",
        at=at,
        total=show(total),
        credit=show(charge.credit) if charge.credit else "",
        waits_for_more=waits,
        with_it=too_little.charged_with(charge, but=[it.escrow_id for it in invoices]),
        own=at_its_rate(charge.quote),
        rows=[f"{it.issuer}, {it.contract.title}: {show(it.gross)}" for it in invoices],
        review_ends=review_ends,
    )
    by_freelancer: dict[int, list[Invoice]] = {}
    for invoice in invoices:
        by_freelancer.setdefault(invoice.issuer_id, []).append(invoice)
    for theirs in by_freelancer.values():
        earned = sum((it.gross for it in theirs), start=nothing)
        tell(
            theirs[0].issuer,
            Deed.WORK,
            theirs[0],
            template="week_billed",
            subject=f"{show(earned)} was billed to {client} for your hours",
            key="billed/freelancer",
            at=at,
            earned=show(earned),
            client=str(client),
            review_ends=review_ends,
        )
