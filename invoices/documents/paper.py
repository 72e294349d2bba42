"""A frozen document as its page shows it: sums with their currency, days in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing_site.kernel.money import Money, show


@dataclass(frozen=True, slots=True)
class Line:
    description: str
    detail: str
    quantity: str  # with its unit
    unit_price: str
    discount: str
    tax: str
    amount: str


@dataclass(frozen=True, slots=True)
class Sum:
    """A row of the foot."""

    words: str
    amount: str


@dataclass(frozen=True, slots=True)
class Paper:
    kind: str
    number: str
    size: str  # A4 or Letter
    issued_on: str  # as ISO 8601 writes days
    issued: str
    supplied: str
    note: str
    issuer: dict[str, str]
    recipient: dict[str, str]
    about: list[str]
    lines: list[Line]
    has_discounts: bool  # on lines
    prices_include_tax: bool
    sums: list[Sum]  # all that stand between the lines and the total
    gross: str
    paid: str
    paid_words: str
    to_pay: str
    texts: list[str]
    remark: str
    code: str

    @property
    def title(self) -> str:
        return f"{self.kind} {self.number}" if self.number else "For approval"

    @property
    def is_issued(self) -> bool:
        return bool(self.number)


def of(frozen: dict[str, Any]) -> Paper:
    """Return *frozen* in words. Nothing is looked up and nothing is added but “to pay”."""

    def money(plain: str) -> str:
        return show(Money(Decimal(plain), frozen["currency"]))

    to_pay = Decimal(frozen["gross"]) - Decimal(frozen["paid"])
    paid_on = day_words(frozen["issued_on"])
    return Paper(
        kind=frozen["kind"],
        number=frozen["number"],
        size=frozen["paper"],
        issued_on=frozen["issued_on"],
        issued=paid_on,
        supplied=_period(frozen["supplied_from"], frozen["supplied_to"]),
        note=frozen["note"],
        issuer=frozen["issuer"],
        recipient=frozen["recipient"],
        about=frozen["about"],
        lines=[
            Line(
                description=line["description"],
                detail=line["detail"],
                quantity=f"{line['quantity']} {line.get('unit', '')}".strip(),
                unit_price=money(line["unit_price"]),
                discount=_taken_off(line, money),
                tax=line["tax"],
                amount=money(line["amount"]),
            )
            for line in frozen["lines"]
        ],
        has_discounts=any(line.get("discount_asked") for line in frozen["lines"]),
        prices_include_tax=frozen.get("inclusive", False),
        sums=_sums(frozen, money),
        gross=money(frozen["gross"]),
        paid=money(frozen["paid"]),
        paid_words=f"{frozen['paid_words']}, {paid_on}" if frozen["number"] else "Paid",
        to_pay=money(str(to_pay)),
        texts=frozen["texts"],
        remark=frozen.get("remark", ""),
        code=grouped(frozen["code"]),
    )


def _sums(frozen: dict[str, Any], money: Callable[[str], str]) -> list[Sum]:
    """Before the total: lines and discount where there is one, net, and the tax of each rate."""
    rows = []
    if frozen.get("discount_asked"):
        words = "Lines, VAT included" if frozen["inclusive"] else "Lines"
        rows.append(Sum(words, money(frozen["lines_sum"])))
        rows.append(Sum("Discount", _taken_off(frozen, money)))
    rows.append(Sum("Net", money(frozen["net"])))
    several = len(frozen["taxes"]) > 1
    for tax in frozen["taxes"]:
        words = f"{tax['words']} of {money(tax['net'])}" if several else tax["words"]
        rows.append(Sum(words, money(tax["tax"])))
    return rows


def _taken_off(said: dict[str, Any], money: Callable[[str], str]) -> str:
    """“−€100.00 (10 %)”, or nothing."""
    if not said.get("discount_asked"):
        return ""
    words = f" ({said['discount_words']})" if said["discount_words"] else ""
    return f"−{money(said['discount_asked'])}{words}"


def day_words(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def grouped(code: str) -> str:
    """A verification code as it is printed: in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _period(first: str, last: str) -> str:
    """“18 March 2026”, or “3 – 18 March 2026” where the work took a while."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    if start == end:
        return day_words(last)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} – {day_words(last)}"
    shown = f"{start.day} {start:%B}" if start.year == end.year else day_words(first)
    return f"{shown} – {day_words(last)}"
