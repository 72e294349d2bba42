"""What receipts say, frozen as invoices are: plain strings, read from here ever after."""

from __future__ import annotations

from typing import Any

from billing_site.kernel.money import zero
from invoices.documents.figures import plain
from invoices.documents.freezing import Frozen, day, paper, party, platform
from invoices.documents.paper import day_words
from invoices.models import Receipt
from invoices.queries.payout_parts import parts_of
from payments.models import Settlement

NOT_TAX = "This is not a tax invoice. What is billed has invoices of its own."


def receipt(receipt: Receipt, *, number: str, code: str) -> Frozen:
    """Return what *receipt* says, as of the moment in which the money moved."""
    says = {
        Receipt.Kind.PAYMENT: _payment,
        Receipt.Kind.DEPOSIT: _deposit,
        Receipt.Kind.PAYOUT: _payout,
    }[Receipt.Kind(receipt.kind)](receipt)
    issued_on = day(receipt.caused_at)
    return {
        "number": number,
        "code": code,
        "issued_on": issued_on,
        "supplied_from": issued_on,
        "supplied_to": issued_on,
        "issuer": platform(),
        "recipient": party(receipt.recipient),
        "currency": receipt.currency,
        "taxes": [],
        "tax": "0",
        "paper": paper(receipt.recipient.country),
        **says,
    }


def _payment(receipt: Receipt) -> Frozen:
    charge = receipt.charge
    assert charge, "The database sees to it."
    paid = plain(charge.amount)
    lines = [
        _line(each.title, _what_for(each), plain(each.amount))
        for each in charge.settlements.select_related("escrow").order_by("pk")
    ]
    return {
        "kind": "Payment receipt",
        "note": "Thank you for your payment",
        "about": [f"Payment {charge.ref}", f"Paid by {charge.method}" if charge.method else ""],
        "figures": [_figure(f"Paid, {day_words(day(receipt.caused_at))}", paid, is_good=True)],
        "lines": lines,
        "totals": [_figure("Paid", paid)],
        "net": paid,
        "gross": paid,
        "paid": paid,
        "paid_words": "Paid",
        "texts": [NOT_TAX],
    }


def _deposit(receipt: Receipt) -> Frozen:
    charge, escrow = receipt.charge, receipt.escrow
    assert charge, "The database sees to it."
    assert escrow, "The database sees to it."
    held = plain(receipt.amount)
    settlement = Settlement.objects.get(charge=charge, escrow=escrow)
    return {
        "kind": "Deposit receipt",
        "note": "Held until the work is approved or the money goes back",
        "about": [f"Payment {charge.ref}", f"Held for {escrow.freelancer.billed_as}"],
        "figures": [_figure(f"Held since {day_words(day(receipt.caused_at))}", held)],
        "lines": [_line(settlement.title, f"For {escrow.freelancer.billed_as}", held)],
        "totals": [_figure("Held", held)],
        "net": held,
        "gross": held,
        "paid": held,
        "paid_words": "Held",
        "texts": [
            NOT_TAX,
            "It is your money until you approve the work; the invoice comes with the approval.",
        ],
    }


def _payout(receipt: Receipt) -> Frozen:
    payout = receipt.payout
    assert payout, "The database sees to it."
    whole, fee, net = plain(payout.amount), plain(payout.fee), plain(payout.net)
    trace = [each for each in (payout.transfer_id, payout.payout_id) if each]
    return {
        "kind": "Payout advice",
        "note": f"To {payout.method}",
        "about": [
            f"Payout {payout.ref}",
            f"To {payout.method}",
            *(f"Trace {each}" for each in trace),
        ],
        "figures": [
            _figure("From your balance", whole),
            _figure("Our fee", fee),
            _figure("To your bank", net, is_good=True),
        ],
        "lines": [_line(part.title, part.detail, plain(part.amount)) for part in parts_of(payout)],
        "totals": [
            _figure("From your balance", whole),
            _figure("Our fee", f"-{fee}"),
            _figure("To your bank", net),
        ],
        "net": net,
        "gross": net,
        "paid": net,
        "paid_words": "Sent",
        "texts": ["This is not a tax invoice. It says which of your earnings were sent."],
    }


def _line(description: str, detail: str, amount: str) -> dict[str, Any]:
    return {"description": description, "detail": detail, "amount": amount}


def _figure(words: str, amount: str, *, is_good: bool = False) -> dict[str, Any]:
    return {"words": words, "amount": amount, "is_good": is_good}


def _what_for(settlement: Settlement) -> str:
    """What a part of the payment is made of, in the payer's words."""
    escrow, nothing = settlement.escrow, zero(settlement.currency)
    if escrow is not None:
        fee, words = escrow.client_fee + escrow.client_fee_tax, "held for the work"
    else:
        fee = (settlement.client_fee or nothing) + (settlement.client_fee_tax or nothing)
        words = "for what is owed"
    work = settlement.amount - fee - settlement.kept
    parts = [(work, words), (fee, "our fee with its VAT"), (settlement.kept, "kept as your credit")]
    return ", ".join(f"{plain(amount)} {what}" for amount, what in parts if amount)
