"""Money on its way, brought there by the sandbox and the product's own services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from billing_site.kernel.money import Money, share
from billing_site.people.models import User
from billing_site.platform import clock, queue
from payments.gateways.sandbox import balances, onboarding, paying, saving
from payments.gateways.sandbox.delivery import deliver_due, next_due
from payments.gateways.sandbox.saved import SAVED_BY_CODE
from payments.models import Charge, Escrow, OpenItem, PaymentMethod, Payout, PayoutMethod, Quote
from payments.services import (
    charging,
    converting,
    earnings,
    escrow,
    exchange_rates,
    open_items,
    outbox,
    own_currency,
    payouts,
)
from payments.services.charging import EscrowTerms
from payments.services.escrow import Release
from tests.factories.people import LONG_AGO
from tests.given_people import EUR, NOON, PRICE, organization, person

# What is made elsewhere, and asked for here, too.
__all__ = ["EUR", "NOON", "PRICE", "organization"]

DAY = timedelta(days=1)
# What happens by itself within an hour of a payment: letters, booking, refunds.
SOON = timedelta(hours=1)


def payer(name: str = "alice") -> User:
    return person(name)


def worker(name: str = "bob", **facts: Any) -> User:
    return person(name, kind="freelancer", **facts)


def terms(freelancer: User, *, price: Money = PRICE, document: str = "milestone/M1") -> EscrowTerms:
    """A price with 5 % for the client, 10 % for the freelancer, and 19 % VAT on both fees."""
    client_fee = share(price, basis_points=500)
    return EscrowTerms(
        freelancer=organization(freelancer),
        document=document,
        title="Logo, final files",
        net=price,
        tax=Money(0, price.currency),
        client_fee=client_fee,
        client_fee_tax=share(client_fee, basis_points=1_900),
        freelancer_fee_bps=1_000,
        freelancer_fee_tax_bps=1_900,
        fee_tax_country_client="DE",
        fee_tax_country_freelancer="DE",
        security_days=5,
    )


def begun_charge(
    *, client: User, freelancer: User, at: datetime = NOON, price: Money = PRICE
) -> Charge:
    """A payment page is open, and nothing was paid on it."""
    return begin(client, [terms(freelancer, price=price)], at=at)


def begin(client: User, escrows: Sequence[EscrowTerms], *, at: datetime = NOON) -> Charge:
    charge = charging.begin(payer=organization(client), escrows=escrows, by=client, at=at)
    with clock.pinned(at):
        assert outbox.open_page(charge.pk, at=at)
    return Charge.objects.get(pk=charge.pk)


def paid(charge: Charge, outcome: str = "4242", *, at: datetime = NOON) -> Charge:
    """Choose *outcome* on the payment page, and let everything of the next hour happen."""
    paying.pay(charge.session_id, outcome, at=at)
    settle(at=at + SOON)
    return Charge.objects.get(pk=charge.pk)


def held_escrow(
    *, client: User, freelancer: User, at: datetime = NOON, price: Money = PRICE
) -> Escrow:
    charge = begun_charge(client=client, freelancer=freelancer, at=at, price=price)
    return escrow_of(paid(charge, at=at))


def open_item(
    *,
    client: User,
    freelancer: User,
    at: datetime = NOON,
    price: Money = PRICE,
    document: str = "invoice/I1",
) -> OpenItem:
    """What is owed on an approved invoice for which nothing was held."""
    return open_items.open_(
        terms(freelancer, price=price, document=document),
        client=organization(client),
        due_on=at.date(),
        at=at,
    )


def part_paid(item: OpenItem, amount: Money, *, by: User, at: datetime = NOON) -> Charge:
    """Pay so much of what is owed, by card."""
    with transaction.atomic():
        charge = charging.begin(payer=organization(by), purposes=[(item, amount)], by=by, at=at)
    return paid(opened(charge, at=at), at=at)


def opened(charge: Charge, *, at: datetime = NOON) -> Charge:
    """Have the sandbox open the page where it is paid."""
    outbox.open_page(charge.pk, at=at)
    return Charge.objects.get(pk=charge.pk)


def escrow_of(charge: Charge) -> Escrow:
    """The one escrow that a charge is for."""
    return Escrow.objects.get(settlements__charge=charge)


def released(*, client: User, freelancer: User, at: datetime = NOON, **facts: Any) -> Release:
    held = held_escrow(client=client, freelancer=freelancer, at=at - DAY, **facts)
    return escrow.release(held.pk, document=f"INV{held.pk}", at=at)


def available_earnings(*, client: User, freelancer: User, **facts: Any) -> Release:
    """Released ten days before noon, so that the freelancer may withdraw at noon."""
    made = released(client=client, freelancer=freelancer, at=NOON - 10 * DAY, **facts)
    earnings.make_available(at=NOON)
    return made


def payout_method(
    freelancer: User,
    *,
    at: datetime = NOON - 20 * DAY,
    behavior: str = "pays",
    last4: str = "4471",
    **facts: Any,
) -> PayoutMethod:
    """A bank that the freelancer named on the gateway's page, 20 days ago unless told."""
    with clock.pinned(at):
        page = outbox.open_onboarding(organization(freelancer), by=freelancer, at=at)
    assert page, "The sandbox always has a page."
    link = page.url.rstrip("/").rpartition("/")[2]  # Stripe's has no other name.
    onboarding.complete(
        link, bank_name="Example Bank", last4=last4, behavior=behavior, at=at, **facts
    )
    settle(at=at + SOON)
    return PayoutMethod.objects.get(last4=last4, organization=organization(freelancer))


def payment_method(client: User, code: str = "4242", *, at: datetime = NOON - DAY) -> PaymentMethod:
    """A way to pay that the client saved on the gateway's page, the day before noon unless told."""
    return PaymentMethod.objects.get(method_id=named_method(client, code, at=at))


def named_method(client: User, code: str, *, at: datetime = NOON - DAY) -> str:
    """What the client named on the gateway's page, verified by now or not; return its id there."""
    with clock.pinned(at):
        page = outbox.open_method_setup(organization(client), by=client, at=at)
    assert page, "The sandbox always has a page."
    saved = saving.keep(page.session_id, code, at=at)
    settle(at=at + SOON + timedelta(days=SAVED_BY_CODE[code].verified_after))
    return saved.pk


def requested_payout(
    freelancer: User, method: PayoutMethod, amount: Money, *, at: datetime = NOON, **facts: Any
) -> Payout:
    return payouts.request(
        organization=organization(freelancer),
        method=method,
        amount=amount,
        by=freelancer,
        at=at,
        **facts,
    )


def quoted(freelancer: User, method: PayoutMethod, amount: Money, *, at: datetime = NOON) -> Quote:
    """A rate is locked, on a day on which there are rates."""
    exchange_rates.fetch_when_due(at=at)
    return converting.quote(
        organization=organization(freelancer), method=method, amount=amount, by=freelancer, at=at
    )


def priced(client: User, total: Money, *, document: str, at: datetime = NOON) -> Quote:
    """A rate is locked to pay *total* in the client's own currency."""
    exchange_rates.fetch_when_due(at=at)
    return own_currency.quote(
        client=organization(client), total=total, document=document, by=client, at=at
    )


def begun_by_quote(
    *,
    client: User,
    freelancer: User,
    price: Money,
    document: str = "milestone/M1",
    at: datetime = NOON,
) -> Charge:
    """The page is open where work at *price* is paid in the client's own currency."""
    asked = terms(freelancer, price=price, document=document)
    total = price + asked.client_fee + asked.client_fee_tax
    quote = priced(client, total, document=document, at=at)
    payer = organization(client)
    charge = charging.begin(payer=payer, escrows=[asked], by=client, at=at, quote=quote)
    with clock.pinned(at):
        return opened(charge, at=at)


def exchanged(sold: Money, bought: Money, *, at: datetime = NOON, reference: str = "X1") -> None:
    """The platform exchanged its balance at the provider, and noted it."""
    balances.exchange(reference, sold, bought, at=at)
    converting.exchanged(exchange=reference, sold=sold, bought=bought, at=at)


def settle(*, at: datetime) -> None:
    """Let the sandbox, its letters and our jobs do all that is due by then, moment by moment."""
    moment = LONG_AGO
    while (moment := min(_next_moments(moment), default=at)) < at:
        _settle(moment)
    _settle(at)


def _settle(moment: datetime) -> None:
    with clock.pinned(moment):
        while deliver_due(at=moment) or queue.drain():
            pass


def _next_moments(after: datetime) -> list[datetime]:
    found = [next_due(after=after), queue.next_due(after=after)]
    return [moment for moment in found if moment is not None]
