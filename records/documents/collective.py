"""What a collective statement says: each document of the month, and what the books say of it."""

from __future__ import annotations

from typing import Any

from billing_site.kernel.money import Money, zero
from invoices.documents.figures import plain
from invoices.documents.freezing import Frozen, day, paper, party, platform
from invoices.documents.wording import Wording, wording_for
from records.models import CollectiveStatement
from records.queries.billed import Billed, BilledDocument

MOST_LINES = 400  # of what is drawn; what is over them is one line, and all of it in the records


def collective(of: CollectiveStatement, documents: Billed, *, number: str, code: str) -> Frozen:
    """Return what *of* says, which is issued as the books stand now.

    It is no tax document and says so: its tax is nothing, what its documents charged is a figure.
    """
    assert of.issued_at, "It is issued in this moment."
    wording = wording_for(of.organization)
    amount = _figure(wording["billed_in_all"], of.amount, is_good=True)
    return {
        "language": wording.language,
        "kind": wording["collective_statement"],
        "number": number,
        "code": code,
        "issued_on": day(of.issued_at),
        "supplied_from": of.month.isoformat(),
        "supplied_to": of.month.isoformat(),
        "note": wording.say("collective_days", month=wording.month(of.month)),
        "issuer": platform(wording),
        "recipient": party(of.organization, wording),
        "about": [wording.say("collective_about", name=of.organization.billed_as)],
        "currency": of.currency,
        "figures": [amount, *_books(of, wording)],
        "lines": _lines(documents, of.currency, wording)
        or [{"description": wording["nothing_billed"], "detail": "", "amount": "0"}],
        "totals": [
            _figure(wording["billed"], of.billed),
            _figure(wording["credited"], -of.credited),
            _figure(wording["vat_in_it"], documents.tax),
            amount,
        ],
        "taxes": [],
        "tax": "0",
        "net": plain(of.amount),
        "gross": plain(of.amount),
        "paid": plain(of.amount),
        "paid_words": amount["words"],
        "texts": [wording["no_tax_document"], wording["collective_books"], wording["certified_on"]],
        "paper": paper(of.organization.country),
    }


def _books(of: CollectiveStatement, wording: Wording) -> list[dict[str, Any]]:
    """What the client's money did; the last of them is read by a law."""
    return [
        _figure(wording["opening"], of.opening),
        _figure(wording["came"], of.came),
        _figure(wording["went"], of.went),
        _figure(wording["closing"], of.closing),
    ]


def _lines(documents: Billed, currency: str, wording: Wording) -> list[dict[str, Any]]:
    shown, rest = documents.documents[:MOST_LINES], documents.documents[MOST_LINES:]
    lines = [_line(each, currency, wording) for each in shown]
    if rest:
        left = sum((each.gross for each in rest), zero(currency))
        more = wording.say("more_documents", count=len(rest))
        lines.append({"description": more, "detail": "", "amount": plain(left)})
    return lines


def _line(of: BilledDocument, currency: str, wording: Wording) -> dict[str, Any]:
    order = wording.say("purchase_order", text=of.purchase_order) if of.purchase_order else ""
    tax = wording.say("vat_of_it", tax=wording.money(plain(of.tax), currency)) if of.tax else ""
    told = (wording.day(of.issued_on.isoformat()), of.issuer, of.project, order, tax)
    return {
        "description": f"{of.kind} {of.number}",
        "detail": " · ".join(filter(None, told)),
        "amount": plain(of.gross),
    }


def _figure(words: str, amount: Money, *, is_good: bool = False) -> dict[str, Any]:
    return {"words": words, "amount": plain(amount), "is_good": is_good}
