"""What the first page says about fees: the terms of a new contract, worked out for one price."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from djmoney.money import Money

from billing_site.kernel.money import from_minor, share
from invoices.models import Contract
from payments.queries.payout_cost import payout_fee

PRICE = from_minor(100_000, "EUR")
PROVIDER_BPS, PROVIDER_EACH = 290, from_minor(30, "EUR")


@dataclass(frozen=True, slots=True)
class Fees:
    price: Money
    client_bps: int
    client_fee: Money
    client_pays: Money
    freelancer_bps: int
    freelancer_fee: Money
    freelancer_gets: Money
    payout_fee: Money
    instant_bps: int  # of the sum, where somebody chooses to be paid within minutes
    instant_least: Money
    arrives: Money
    margin_bps: int  # where the two currencies differ
    fees_on_approval: Money
    fees_after_payout: Money
    provider_cost: Money
    kept: Money


def fees() -> Fees:
    """Return every fee for work at a thousand, before VAT on the fees."""
    terms = Contract()
    client_fee = share(PRICE, basis_points=terms.client_fee_bps)
    freelancer_fee = share(PRICE, basis_points=terms.freelancer_fee_bps)
    provider_cost = share(PRICE + client_fee, basis_points=PROVIDER_BPS) + PROVIDER_EACH
    withdrawal = payout_fee("EUR")
    return Fees(
        price=PRICE,
        client_bps=terms.client_fee_bps,
        client_fee=client_fee,
        client_pays=PRICE + client_fee,
        freelancer_bps=terms.freelancer_fee_bps,
        freelancer_fee=freelancer_fee,
        freelancer_gets=PRICE - freelancer_fee,
        payout_fee=withdrawal,
        instant_bps=settings.INSTANT_FEE_BPS,
        instant_least=from_minor(settings.INSTANT_FEE_LEAST_MINOR["EUR"], "EUR"),
        margin_bps=settings.CONVERSION_MARGIN_BPS,
        arrives=PRICE - freelancer_fee - withdrawal,
        fees_on_approval=client_fee + freelancer_fee,
        fees_after_payout=client_fee + freelancer_fee + withdrawal,
        provider_cost=provider_cost,
        kept=client_fee + freelancer_fee + withdrawal - provider_cost,
    )
