"""The whole cost of a piece of work, for both sides, before anybody commits to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from billing_site.kernel.money import Money, about, share, show, to_minor, zero
from invoices.models import Contract, Invoice
from invoices.taxing import FeeTax, fee_tax, rate_words
from payments.services.terms import EscrowTerms

# We earn nothing on what a freelancer has paid for a client.
FREE_OF_FEES = frozenset({Invoice.Source.EXPENSES, Invoice.Source.LATE_FEE})


@dataclass(frozen=True, slots=True)
class Cost:
    """What one side pays and the other gets. All sums are in one currency."""

    price: Money
    tax: Money  # the freelancer's own VAT, which passes on with the price
    client_fee: Money
    client_fee_tax: Money
    freelancer_fee: Money
    freelancer_fee_tax: Money
    client_fee_bps: int
    freelancer_fee_bps: int
    client_vat: FeeTax
    freelancer_vat: FeeTax
    tax_words: str
    fee_note: str = ""  # why there is no fee

    @property
    def gross(self) -> Money:
        """What is held, and what the freelancer's invoice is about."""
        return self.price + self.tax

    @property
    def client_pays(self) -> Money:
        return self.gross + self.client_fee + self.client_fee_tax

    @property
    def freelancer_gets(self) -> Money:
        return self.gross - self.freelancer_fee - self.freelancer_fee_tax

    @property
    def seen(self) -> dict[str, str]:
        """What a consent form carries, so that nobody agrees to figures they did not see."""
        return {
            "seen_price": show(self.price),
            "seen_pays": show(self.client_pays),
            "seen_gets": show(self.freelancer_gets),
        }


def cost_of(contract: Contract, prices: Iterable[Money], *, on: date) -> Cost:
    """Return the cost of *prices* under the contract's terms. Each is rounded on its own."""
    client_vat = fee_tax(contract.client, on=on)
    freelancer_vat = fee_tax(contract.freelancer, on=on)
    total = [zero(contract.currency)] * 6
    for price in prices:
        client_fee = share(price, basis_points=contract.client_fee_bps)
        freelancer_fee = share(price, basis_points=contract.freelancer_fee_bps)
        parts = (
            price,
            share(price, basis_points=contract.tax_bps),
            client_fee,
            share(client_fee, basis_points=client_vat.bps),
            freelancer_fee,
            share(freelancer_fee, basis_points=freelancer_vat.bps),
        )
        total = [so_far + part for so_far, part in zip(total, parts, strict=True)]
    price, tax, client_fee, client_fee_tax, freelancer_fee, freelancer_fee_tax = total
    return Cost(
        price=price,
        tax=tax,
        client_fee=client_fee,
        client_fee_tax=client_fee_tax,
        freelancer_fee=freelancer_fee,
        freelancer_fee_tax=freelancer_fee_tax,
        client_fee_bps=contract.client_fee_bps,
        freelancer_fee_bps=contract.freelancer_fee_bps,
        client_vat=client_vat,
        freelancer_vat=freelancer_vat,
        tax_words=rate_words(contract.tax_treatment, contract.tax_bps),
    )


def cost_of_invoice(invoice: Invoice, *, on: date) -> Cost:
    """Return the cost of what *invoice* asks for, with the tax that its lines have."""
    contract = invoice.contract
    is_free = invoice.source in FREE_OF_FEES
    client_bps = 0 if is_free else contract.client_fee_bps
    freelancer_bps = 0 if is_free else contract.freelancer_fee_bps
    client_vat = fee_tax(contract.client, on=on)
    freelancer_vat = fee_tax(contract.freelancer, on=on)
    client_fee = share(invoice.net, basis_points=client_bps)
    freelancer_fee = share(invoice.net, basis_points=freelancer_bps)
    return Cost(
        price=invoice.net,
        tax=invoice.tax,
        client_fee=client_fee,
        client_fee_tax=share(client_fee, basis_points=client_vat.bps),
        freelancer_fee=freelancer_fee,
        freelancer_fee_tax=share(freelancer_fee, basis_points=freelancer_vat.bps),
        client_fee_bps=client_bps,
        freelancer_fee_bps=freelancer_bps,
        client_vat=client_vat,
        freelancer_vat=freelancer_vat,
        tax_words=rate_words(invoice.tax_treatment, invoice.tax_bps),
        fee_note=f"No fee on {invoice.get_source_display()}" if is_free else "",
    )


def terms_of_invoice(invoice: Invoice, *, on: date) -> EscrowTerms:
    """Return what the client sets aside for *invoice*, or owes on it, by the cost of that day."""
    cost = cost_of_invoice(invoice, on=on)
    return EscrowTerms(
        freelancer=invoice.issuer,
        document=f"invoice/{invoice.ref}",
        title=invoice.title,
        net=cost.price,
        tax=cost.tax,
        client_fee=cost.client_fee,
        client_fee_tax=cost.client_fee_tax,
        freelancer_fee_bps=cost.freelancer_fee_bps,
        freelancer_fee_tax_bps=cost.freelancer_vat.bps,
        fee_tax_country_client=cost.client_vat.country,
        fee_tax_country_freelancer=cost.freelancer_vat.country,
        security_days=invoice.contract.security_days,
    )


def smallest_price(currency: str) -> Money:
    """Return the least that a milestone may cost: about five euros."""
    return about(5, currency)


def is_large_enough(price: Money) -> bool:
    return to_minor(price) >= to_minor(smallest_price(str(price.currency)))
