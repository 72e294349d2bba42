"""What it comes to if a part of a week's hours is approved, and the rest goes back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from billing_site.kernel.money import Money, for_minutes, share, show, zero
from invoices.models import Invoice, InvoiceLine
from invoices.queries.billed_hours import Hours, by_rate, chosen, hours_of, line_words


@dataclass(frozen=True, slots=True)
class Half:
    """The approved hours, or those that go back, as lines that are not stored."""

    hours: list[Hours]
    lines: list[InvoiceLine]
    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        return self.net + self.tax

    @property
    def words(self) -> str:
        return ", ".join(line.description for line in self.lines)


@dataclass(frozen=True, slots=True)
class DivisionOfHours:
    approved: Half
    returned: Half

    @property
    def seen(self) -> dict[str, str]:
        return {
            "seen_approved": show(self.approved.gross),
            "seen_returned": show(self.returned.gross),
        }


def divide_hours(invoice: Invoice, returned: Collection[str]) -> DivisionOfHours | None:
    """Divide what *invoice* bills: the entries in *returned*, by ref, and the others.

    Each rate is rounded once for what is approved; what goes back is the rest of its line.
    None: one of the two would be nothing, or it is not known what it bills.
    """
    hours = hours_of(invoice)
    back = chosen(hours, returned)
    kept = [each for each in hours if each not in back]
    if not back or not kept:
        return None
    minutes, ours = by_rate(kept), by_rate(back)
    nothing = zero(invoice.currency)
    approved, rest = [], []
    for line, rate in zip(invoice.lines.order_by("position"), by_rate(hours), strict=True):
        amount = line.amount
        if rate in ours:
            amount = for_minutes(minutes.get(rate, 0), rate=rate.rate)
            amount = min(amount, line.amount)
            rest.append(_line(line, line_words(ours[rate], rate), line.amount - amount))
        if rate in minutes:
            approved.append(_line(line, line_words(minutes[rate], rate), amount))
    net = sum((line.amount for line in approved), nothing)
    tax = share(net, basis_points=invoice.tax_bps)
    if not zero(invoice.currency) < net < invoice.net or tax > invoice.tax:
        return None
    return DivisionOfHours(
        approved=Half(kept, _in_order(approved), net, tax),
        returned=Half(back, _in_order(rest), invoice.net - net, invoice.tax - tax),
    )


def _line(line: InvoiceLine, words: str, amount: Money) -> InvoiceLine:
    return InvoiceLine(
        description=words,
        currency=line.currency,
        unit_price=amount,
        amount=amount,
        tax_treatment=line.tax_treatment,
        tax_bps=line.tax_bps,
    )


def _in_order(lines: list[InvoiceLine]) -> list[InvoiceLine]:
    for position, line in enumerate(lines, start=1):
        line.position = position
    return lines
