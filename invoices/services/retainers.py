"""Retainers: drafted by the client, and billed period by period on the day after each."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, about, currency_of, show
from billing_site.kernel.periods import midnight
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, take
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from invoices.fees import is_large_enough, smallest_price
from invoices.models import Contract, Invoice, RetainerPeriod, RetainerTerms
from invoices.retainers import (
    DAY,
    Days,
    active_days,
    bills_next_on,
    calendar,
    cost_of_days,
    period_at,
)
from invoices.services.closing import close_if_done
from invoices.services.drafting import make, sides_of
from invoices.services.invoice_drafts import PlainLine, begin_owed
from invoices.services.repeating import sent
from invoices.services.telling import date_words, tell
from invoices.taxing import Treatment

logger = logging.getLogger(__name__)

OVER = SYSTEM("the period is over")
MOST = 1_000_000  # about so many euros, a period


@dataclass(frozen=True, slots=True)
class Retainer:
    """What a week or month costs, net of the freelancer's VAT, and from when to when."""

    amount: Money
    cadence: RetainerTerms.Cadence
    starts_on: date
    ends_on: date | None = None


@transaction.atomic
def draft_retainer(
    *,
    client: Organization,
    freelancer: Organization,
    title: str,
    terms: Retainer,
    by: User,
    at: datetime,
    description: str = "",
    treatment: Treatment | None = None,
    op_id: UUID | None = None,
) -> Contract:
    """Write a retainer down for the client alone, as `drafting.draft` does.

    :raises NotYours: *by* does not offer contracts for the client.
    :raises NotAllowed: the sides do not go together, or the terms are out of bounds.
    """
    if not may(by, Deed.OFFER, client):
        raise NotYours(f"It is not for {by} to offer contracts for {client}.")
    client, freelancer = sides_of(client, freelancer)
    _check(terms, at=at)
    form = sent(by, "contract.draft", f"organization/{client.ref}", op_id=op_id, at=at)
    if form.is_again:
        return Contract.objects.get(client=client, ref__in=form.made)
    contract = make(
        Contract.Kind.RETAINER,
        client=client,
        freelancer=freelancer,
        title=title,
        description=description,
        currency=currency_of(terms.amount),
        treatment=treatment,
        at=at,
    )
    RetainerTerms.objects.create(
        contract=contract,
        cadence=terms.cadence,
        currency=contract.currency,
        amount=terms.amount,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
    )
    return form.answer(contract)


def begin_with_contract(contract: Contract, *, at: datetime) -> None:
    """Let the first period run; the contract was accepted in this transaction."""
    if contract.kind != Contract.Kind.RETAINER:
        return
    terms = contract.retainer
    terms.bills_on = bills_next_on(terms, at.date())
    terms.save(update_fields=["bills_on"])


def end_with_contract(contract: Contract, *, at: datetime) -> None:
    """Make today the last day; the contract was ended in this transaction, and is locked."""
    if contract.kind != Contract.Kind.RETAINER:
        return
    terms = RetainerTerms.objects.lock(contract.retainer.pk)
    today = at.date()
    terms.ends_on = min(terms.ends_on, today) if terms.ends_on else today
    if terms.bills_on:
        terms.bills_on = None if today < terms.starts_on else min(terms.bills_on, today + DAY)
    terms.save(update_fields=["ends_on", "bills_on"])


def bill_due(*, at: datetime) -> list[RetainerPeriod]:
    """Bill every period that is over, each as of the midnight after it.

    After a downtime the earlier periods come first, with the dates they would have had. One
    that fails is logged and does not keep the others waiting; it is due again next time.
    """
    billed: list[RetainerPeriod] = []
    failed: set[int] = set()
    while due := _due(at, failed):
        for pk, bills_on in due:
            try:
                period = _bill(pk, bills_on)
            except Exception:
                failed.add(pk)
                logger.exception("Could not bill retainer %s as of %s", pk, bills_on)
            else:
                billed += [period] if period else []
    return billed


def _due(at: datetime, failed: set[int]) -> list[tuple[int, date]]:
    due = RetainerTerms.objects.due(on=at.date()).exclude(pk__in=failed)
    found = due.order_by("bills_on", "pk").values_list("pk", "bills_on")
    return [(pk, bills_on) for pk, bills_on in found if bills_on]


@transaction.atomic
def _bill(terms_id: int, bills_on: date) -> RetainerPeriod | None:
    """Bill the period that ended before *bills_on*; None: somebody was faster."""
    contract_id = RetainerTerms.objects.values_list("contract_id", flat=True).get(pk=terms_id)
    contract = Contract.objects.lock(contract_id)
    terms = RetainerTerms.objects.lock(terms_id)
    if terms.bills_on != bills_on:
        return None
    at = midnight(bills_on)
    period, whole = period_at(terms, bills_on - DAY), calendar(bills_on - DAY, terms.cadence)
    steps = contract.changes.order_by("at", "pk").values_list("at", "became")
    days = active_days(list(steps), period)
    amount = cost_of_days(terms, days, whole)
    invoice = _invoice(contract, period, whole, days, amount, at=at) if amount else None
    billed = RetainerPeriod.objects.create(
        contract=contract,
        starts_on=period.first,
        ends_on=period.last,
        days=whole.count,
        billed_days=days,
        currency=contract.currency,
        amount=amount,
        invoice=invoice,
        billed_at=at,
    )
    terms.bills_on = bills_next_on(terms, bills_on)
    terms.save(update_fields=["bills_on"])
    close_if_done(contract, at=at)
    return billed


def _invoice(
    contract: Contract, period: Days, whole: Days, days: int, amount: Money, *, at: datetime
) -> Invoice:
    """Submit the invoice of a period in the freelancer's name, who agreed to that."""
    title = f"{contract.title}, {period.words}"
    part = "" if days == whole.count else f"{days} of {whole.count} days"
    invoice = begin_owed(
        contract,
        source=Invoice.Source.PERIOD,
        title=title if len(title) <= 120 else f"Retainer, {period.words}",  # noqa: PLR2004
        lines=[PlainLine(f"Retainer for {period.words}", amount, detail=part)],
        at=at,
    )
    invoice.supplied_from, invoice.supplied_to = period.first, period.last
    take(invoice.submit, by=OVER, at=at, submitted_by=None)
    assert invoice.answer_by, "A review has an end."
    for organization, deed in [(contract.client, Deed.APPROVE), (contract.freelancer, Deed.WORK)]:
        tell(
            organization,
            deed,
            invoice,
            template="period_billed",
            subject=f"{show(invoice.gross)} for {period.words} of “{contract.title}” is billed",
            key=f"billed/{organization.ref}",
            at=at,
            to_client=organization.pk == contract.client_id,
            client=str(contract.client),
            freelancer=str(contract.freelancer),
            price=show(invoice.gross),
            period=period.words,
            part=part,
            answer_by=date_words(invoice.answer_by),
        )
    return invoice


def _check(terms: Retainer, *, at: datetime) -> None:
    currency = currency_of(terms.amount)
    most = about(MOST, currency)
    if not is_large_enough(terms.amount) or terms.amount > most:
        least = smallest_price(currency)
        raise NotAllowed(f"A retainer costs between {show(least)} and {show(most)} a period.")
    if terms.starts_on < at.date():
        raise NotAllowed("A retainer begins today at the earliest.")
    if terms.ends_on and terms.ends_on < terms.starts_on:
        raise NotAllowed("A retainer ends after it began.")
