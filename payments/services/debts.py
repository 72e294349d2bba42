"""A freelancer pays back what they owe, when they like, out of what is available to them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from billing_site.kernel.money import Money, show
from billing_site.kernel.transitions import NotAllowed, NotYours, take
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform import operations
from ledger import movements
from ledger.movements import Movement
from ledger.queries.balances import spendable
from payments.models import DebtPayment, Payee, Quote
from payments.models.quote import PAYS_A_DEBT
from payments.queries.debts import debt_of
from payments.queries.paying_debts import way_from
from payments.services.booking import book


@transaction.atomic
def pay(
    organization: Organization,
    debt: str,
    *,
    source: str,
    by: User,
    at: datetime,
    seen: Money | None = None,
    op_id: UUID | None = None,
) -> DebtPayment:
    """Pay as much of what is owed in the currency *debt* as is available in *source*.

    Another currency is converted at the rate of now, without a margin. *seen* is what it was
    said to take. The same *op_id* again returns the payment that it made. This posts: call it
    last.

    :raises NotYours: *by* may not withdraw for this organization.
    :raises NotAllowed: nothing is owed or available, there is no rate, or it takes another sum
        than was seen.
    """
    if not may(by, Deed.WITHDRAW, organization):
        raise NotYours(f"It is not for {by} to pay what {organization} owes.")
    subject = f"organization/{organization.ref}"
    form = operations.form(user_id=by.pk, deed="debt.pay", op_id=op_id, subject=subject, at=at)
    if form.is_again:
        return DebtPayment.objects.get(ref__in=form.made)
    Payee.objects.lock_if_there(organization.pk)  # so does whoever withdraws, earns or owes
    owed = debt_of(organization.pk, debt)
    there = spendable(f"freelancer:{organization.pk}:available", source)
    way = way_from(there, owed, at=at)
    if seen is not None and seen != way.given:
        raise NotAllowed(f"It takes {show(way.given)} by now. Nothing was paid: look again.")
    payment = DebtPayment(
        freelancer=organization,
        currency=debt,
        amount=way.paid,
        paid_by=by,
        paid_at=at,
    )
    converted = []
    if way.mid:
        payment.quote = Quote.objects.create(
            organization=organization,
            document=f"{PAYS_A_DEBT}{payment.ref}",
            currency=source,
            amount=way.given,
            margin=way.given - way.given,
            margin_bps=0,
            into_currency=debt,
            into=way.paid,
            rate=way.mid.rate,
            rate_source=way.mid.source,
            rate_title=way.mid.title,
            rate_on=way.mid.on,
            asked_at=at,
            valid_until=at + timedelta(minutes=settings.QUOTE_MINUTES),
        )
        take(payment.quote.use, by=by, at=at)
        converted = [_converted(payment.quote, by=by, at=at)]
    payment.save(force_insert=True)
    form.makes(payment)
    repaid = movements.repay_debt(
        payment=payment.ref,
        freelancer=organization.pk,
        amount=payment.amount,
        at=at,
        actor=by.pk,
    )
    book([*converted, repaid])
    return payment


def _converted(quote: Quote, *, by: User, at: datetime) -> Movement:
    return movements.convert_payout(
        quote=quote.ref,
        freelancer=quote.organization_id,
        amount=quote.amount,
        margin=quote.margin,
        into=quote.into,
        at=at,
        actor=by.pk,
    )
