"""What receipts say, frozen as invoices are: plain strings, read from here ever after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from billing_site.kernel.money import zero
from invoices.documents.figures import plain
from invoices.documents.freezing import Frozen, day, paper, party, platform
from invoices.documents.wording import Wording, wording_for
from invoices.models import Receipt
from invoices.queries.payout_parts import Part, parts_of
from payments.models import Charge, Settlement
from payments.queries.conversion import shown


def receipt(receipt: Receipt, *, number: str, code: str) -> Frozen:
    """Return what *receipt* says, as of the moment in which the money moved."""
    kinds: dict[Receipt.Kind, Callable[[Receipt, Wording], Frozen]] = {
        Receipt.Kind.PAYMENT: _payment,
        Receipt.Kind.DEPOSIT: _deposit,
        Receipt.Kind.PAYOUT: _payout,
        Receipt.Kind.PAYOUT_BACK: _payout_back,
    }
    wording = wording_for(receipt.recipient)
    says = kinds[Receipt.Kind(receipt.kind)](receipt, wording)
    issued_on = day(receipt.caused_at)
    return {
        "language": wording.language,
        "number": number,
        "code": code,
        "issued_on": issued_on,
        "supplied_from": issued_on,
        "supplied_to": issued_on,
        "issuer": platform(wording),
        "recipient": party(receipt.recipient, wording),
        "currency": receipt.currency,
        "taxes": [],
        "tax": "0",
        "paper": paper(receipt.recipient.country),
        **says,
    }


def _payment(receipt: Receipt, wording: Wording) -> Frozen:
    charge = receipt.charge
    assert charge, "The database sees to it."
    paid = plain(charge.amount)
    lines = [
        _line(each.title, _what_for(each, wording), plain(each.amount))
        for each in charge.settlements.select_related("escrow").order_by("pk")
    ]
    return {
        "kind": wording["payment_receipt"],
        "note": wording["thanks"],
        "about": [
            wording.say("payment", ref=charge.ref),
            wording.say("paid_by", method=charge.method) if charge.method else "",
            wording.say("statement", words=charge.on_statement) if charge.on_statement else "",
            _paid_in(charge, wording),
        ],
        "figures": [
            _figure(
                wording.say("paid_on", words=wording["paid"], day=_day(receipt, wording)),
                paid,
                is_good=True,
            )
        ],
        "lines": lines,
        "totals": [_figure(wording["paid"], paid)],
        "net": paid,
        "gross": paid,
        "paid": paid,
        "paid_words": wording["paid"],
        "texts": [wording["no_tax_invoice"]],
    }


def _paid_in(charge: Charge, wording: Wording) -> str:
    if charge.quote is None:
        return ""
    quote = charge.quote
    return wording.say(
        "paid_in",
        currency=quote.currency,
        amount=wording.money(plain(quote.amount), quote.currency),
        rate=wording.number(shown(quote.rate).replace(",", "")),
        into=quote.into_currency,
        title=quote.rate_title,
        day=wording.day(quote.rate_on.isoformat()),
        margin=wording.percent(quote.margin_bps),
    )


def _deposit(receipt: Receipt, wording: Wording) -> Frozen:
    charge, escrow = receipt.charge, receipt.escrow
    assert charge, "The database sees to it."
    assert escrow, "The database sees to it."
    held, worker = plain(receipt.amount), escrow.freelancer.billed_as
    settlement = Settlement.objects.get(charge=charge, escrow=escrow)
    return {
        "kind": wording["deposit_receipt"],
        "note": wording["held_until"],
        "about": [
            wording.say("payment", ref=charge.ref),
            wording.say("held_for", name=worker),
        ],
        "figures": [_figure(wording.say("held_since", day=_day(receipt, wording)), held)],
        "lines": [_line(settlement.title, wording.say("for_whom", name=worker), held)],
        "totals": [_figure(wording["held"], held)],
        "net": held,
        "gross": held,
        "paid": held,
        "paid_words": wording["held"],
        "texts": [wording["no_tax_invoice"], wording["still_yours"]],
    }


def _payout(receipt: Receipt, wording: Wording) -> Frozen:
    payout = receipt.payout
    assert payout, "The database sees to it."
    whole, fee, net = plain(payout.drawn), plain(payout.kept), plain(payout.net)
    to_method = wording.say("payout_to", method=payout.method)
    trace = [each for each in (payout.transfer_id, payout.payout_id) if each]
    return {
        "kind": wording["payout_advice"],
        "note": to_method,
        "about": [
            wording.say("payout", ref=payout.ref),
            to_method,
            *(wording.say("trace", id=each) for each in trace),
        ],
        "figures": [
            _figure(wording["from_balance"], whole),
            _figure(wording["our_fee"], fee),
            _figure(wording["to_bank"], net, is_good=True),
        ],
        "lines": [_part(part, wording) for part in parts_of(payout)],
        "totals": [
            _figure(wording["from_balance"], whole),
            _figure(wording["our_fee"], f"-{fee}"),
            _figure(wording["to_bank"], net),
        ],
        "net": net,
        "gross": net,
        "paid": net,
        "paid_words": wording["sent"],
        "texts": [wording["which_earnings"]],
    }


def _payout_back(receipt: Receipt, wording: Wording) -> Frozen:
    """What was sent has come back: the advice of it says something that is not so any more."""
    payout = receipt.payout
    assert payout, "The database sees to it."
    whole = plain(payout.drawn)
    advice = Receipt.objects.get(kind=Receipt.Kind.PAYOUT, payout=payout)
    to_balance = _figure(wording["to_balance"], whole, is_good=True)
    return {
        "kind": wording["payout_back"],
        "note": wording.say("payout_to", method=payout.method),
        "about": [
            wording.say("payout", ref=payout.ref),
            wording.say("takes_back", number=advice.number) if advice.number else "",
        ],
        "figures": [to_balance],
        "lines": [
            _line(wording["came_back"], "", plain(payout.net)),
            _line(wording["our_fee"], "", plain(payout.kept)),
        ],
        "totals": [to_balance],
        "net": whole,
        "gross": whole,
        "paid": whole,
        "paid_words": wording["to_balance"],
        "texts": [wording["available_again"]],
    }


def _day(receipt: Receipt, wording: Wording) -> str:
    return wording.day(day(receipt.caused_at))


def _part(part: Part, wording: Wording) -> dict[str, Any]:
    """What of which release, or what no release explains."""
    if part.converted_from:
        detail = wording.say(
            "converted_from",
            sum=wording.money(plain(part.converted_from), str(part.converted_from.currency)),
        )
        return _line(wording["converted"], detail, plain(part.amount))
    if part.released_at is None:
        return _line(wording["other_credits"], "", plain(part.amount))
    words = "released" if part.is_whole else "released_in_part"
    detail = wording.say(words, day=wording.day(day(part.released_at)))
    return _line(part.title, detail, plain(part.amount))


def _line(description: str, detail: str, amount: str) -> dict[str, Any]:
    return {"description": description, "detail": detail, "amount": amount}


def _figure(words: str, amount: str, *, is_good: bool = False) -> dict[str, Any]:
    return {"words": words, "amount": amount, "is_good": is_good}


def _what_for(settlement: Settlement, wording: Wording) -> str:
    """What a part of the payment is made of, in the payer's words."""
    escrow, nothing = settlement.escrow, zero(settlement.currency)
    if escrow is not None:
        fee, words = escrow.client_fee + escrow.client_fee_tax, "for_held_work"
    elif settlement.open_item_id is None:
        fee, words = nothing, "for_apart"
    else:
        fee = (settlement.client_fee or nothing) + (settlement.client_fee_tax or nothing)
        words = "for_owed"
    work = settlement.amount - fee - settlement.kept
    parts = [(work, words), (fee, "for_fee"), (settlement.kept, "for_credit")]
    return ", ".join(
        wording.say(what, amount=wording.number(plain(amount))) for amount, what in parts if amount
    )
