"""What a certificate says, frozen as other documents are: plain strings, read from here."""

from __future__ import annotations

from typing import Any

from invoices.documents.figures import plain
from invoices.documents.freezing import Frozen, day, paper, party, platform
from invoices.documents.wording import Wording, wording_for
from records.models import Certificate
from records.queries.certified import Certified, Months


def certificate(of: Certificate, months: Months, *, number: str, code: str) -> Frozen:
    """Return what *of* says, which is issued as the books stand now."""
    assert of.issued_at, "It is issued in this moment."
    organization, wording = of.organization, wording_for(of.organization)
    period = wording.period(of.since.isoformat(), of.until.isoformat())
    is_spend = of.kind == Certificate.Kind.SPEND
    left = _figure(wording["spent" if is_spend else "earned"], plain(of.amount), is_good=True)
    fee, back = plain(of.fee), plain(of.back)
    said = "certified_spend" if is_spend else "certified_earnings"
    return {
        "language": wording.language,
        "kind": wording["spend_certificate" if is_spend else "earnings_certificate"],
        "number": number,
        "code": code,
        "issued_on": day(of.issued_at),
        "supplied_from": of.since.isoformat(),
        "supplied_to": of.until.isoformat(),
        "note": wording.say("certified_days", period=period),
        "issuer": platform(wording),
        "recipient": party(organization, wording),
        "about": [wording.say(said, name=organization.billed_as)],
        "currency": of.currency,
        "figures": [left],
        "lines": [_line(each, of.currency, wording) for each in months.months]
        or [{"description": wording["certified_nothing"], "detail": "", "amount": "0"}],
        "totals": [
            _figure(wording["work"], plain(of.gross)),
            _figure(wording["our_fee"], fee if is_spend else f"-{fee}"),
            _figure(wording["went_back"], f"-{back}"),
            left,
        ],
        "taxes": [],
        "tax": "0",
        "net": plain(of.amount),
        "gross": plain(of.amount),
        "paid": plain(of.amount),
        "paid_words": left["words"],
        "texts": [
            wording["certified_work_words"],
            wording["certified_on"],
            wording["no_promise"],
        ],
        "paper": paper(organization.country),
    }


def _line(sums: Certified, currency: str, wording: Wording) -> dict[str, Any]:
    assert sums.month, "A line is of a month."
    detail = wording.say(
        "certified_month",
        gross=wording.money(plain(sums.gross), currency),
        fee=wording.money(plain(sums.fee), currency),
    )
    if sums.back:
        back = wording.money(plain(sums.back), currency)
        detail = wording.say("certified_back", text=detail, back=back)
    return {
        "description": wording.month(sums.month),
        "detail": detail,
        "amount": plain(sums.left),
    }


def _figure(words: str, amount: str, *, is_good: bool = False) -> dict[str, Any]:
    return {"words": words, "amount": amount, "is_good": is_good}
