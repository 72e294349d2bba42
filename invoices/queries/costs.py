"""Costs as components/cost.html draws them, from either side."""

from __future__ import annotations

from dataclasses import dataclass, field

from billing_site.kernel.money import Money, zero
from invoices.fees import Cost
from invoices.models import Contract
from invoices.taxing import FeeTax
from payments.models import Escrow
from payments.models.terms import Part


@dataclass(frozen=True, slots=True)
class CostLine:
    words: str
    amount: Money
    bps: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CostView:
    lines: list[CostLine]
    total: CostLine
    others: list[CostLine] = field(default_factory=list)


def as_client(cost: Cost, contract: Contract, *, total: str = "You pay") -> CostView:
    return CostView(
        lines=[
            *_price(cost),
            CostLine(
                "Our fee", cost.client_fee, cost.client_fee_bps, _about_fee(cost, cost.client_vat)
            ),
            *_vat("VAT on our fee", cost.client_fee_tax, cost.client_vat.bps),
        ],
        total=CostLine(total, cost.client_pays),
        others=[CostLine(f"{contract.freelancer} receives", cost.freelancer_gets)],
    )


def as_freelancer(cost: Cost, contract: Contract, *, total: str = "You receive") -> CostView:
    return CostView(
        lines=[
            *_price(cost),
            CostLine(
                "Our fee",
                -cost.freelancer_fee,
                cost.freelancer_fee_bps,
                _about_fee(cost, cost.freelancer_vat),
            ),
            *_vat("VAT on our fee", -cost.freelancer_fee_tax, cost.freelancer_vat.bps),
        ],
        total=CostLine(total, cost.freelancer_gets),
        others=[CostLine(f"{contract.client} pays", cost.client_pays)],
    )


def of_approval(escrow: Escrow, freelancer: str, *, is_given: bool = False) -> CostView:
    """What approving costs, or did once it *is_given*: nothing more, if the money was held."""
    part = asked_of(escrow)
    if escrow.state == Escrow.State.EXPECTED:
        return _to_pay(part, freelancer)
    fee = [CostLine("Your fee, paid on funding", part.client_fee)]
    if part.client_fee_tax:
        fee.append(CostLine("VAT on it", part.client_fee_tax))
    return CostView(
        lines=[
            CostLine("You approved" if is_given else "You approve", part.gross),
            CostLine("Paid from what was held" if is_given else "Already held", -part.gross),
        ],
        total=CostLine("Left to pay" if is_given else "To pay now", zero(escrow.currency)),
        others=[CostLine(f"{freelancer} receives", part.net_to_freelancer), *fee],
    )


def _to_pay(part: Part, freelancer: str) -> CostView:
    lines = [CostLine("You approve", part.gross), CostLine("Your fee", part.client_fee)]
    if part.client_fee_tax:
        lines.append(CostLine("VAT on it", part.client_fee_tax))
    return CostView(
        lines=lines,
        total=CostLine("To pay for it", part.client_total),
        others=[CostLine(f"{freelancer} receives", part.net_to_freelancer)],
    )


def of_release(escrow: Escrow) -> CostView:
    """What the freelancer gets of what is held."""
    part = asked_of(escrow)
    paid = "pays" if escrow.state == Escrow.State.EXPECTED else "paid"
    lines = [CostLine("Price", part.net)]
    if part.gross != part.net:
        lines.append(CostLine("Your VAT", part.gross - part.net))
    lines.append(CostLine("Our fee", -part.freelancer_fee, escrow.freelancer_fee_bps))
    if part.freelancer_fee_tax:
        lines.append(
            CostLine("VAT on our fee", -part.freelancer_fee_tax, escrow.freelancer_fee_tax_bps)
        )
    return CostView(
        lines=lines,
        total=CostLine("You receive", part.net_to_freelancer),
        others=[CostLine(f"The client {paid}", part.client_total)],
    )


def asked_of(escrow: Escrow) -> Part:
    """What an invoice asks of it: what is held, or what was released; before that, all of it."""
    if escrow.state == Escrow.State.HELD:
        return escrow.release_of(escrow.remaining)
    asked = escrow.released or escrow.gross - escrow.divided
    return escrow.part(asked, before=escrow.divided)


def _price(cost: Cost) -> list[CostLine]:
    lines = [CostLine("Price", cost.price, note="" if cost.tax else cost.tax_words)]
    if cost.tax:
        lines.append(CostLine("The freelancer's VAT", cost.tax, note=cost.tax_words))
    return lines


def _about_fee(cost: Cost, vat: FeeTax) -> str:
    """Why there is no fee, or no VAT on it: under a total it would be read of the whole."""
    if cost.fee_note:
        return cost.fee_note
    return "VAT on our fee: you account for it" if vat.is_shifted else vat.text


def _vat(words: str, amount: Money, bps: int) -> list[CostLine]:
    return [CostLine(words, amount, bps)] if amount else []
