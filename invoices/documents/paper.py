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
class Figure:
    """What matters most, at the top."""

    words: str
    amount: str
    is_good: bool = False


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
    figures: list[Figure]
    is_bill: bool  # it has prices and rates, and credit notes correct it
    lines: list[Line]
    has_discounts: bool  # on lines
    prices_include_tax: bool
    sums: list[Sum]  # all that stand between the lines and the total
    total: Sum
    gross: str
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

    is_bill = "figures" not in frozen
    *sums, total = _sums(frozen, money) if is_bill else _rows(frozen["totals"], money)
    return Paper(
        kind=frozen["kind"],
        number=frozen["number"],
        size=frozen["paper"],
        issued_on=frozen["issued_on"],
        issued=day_words(frozen["issued_on"]),
        supplied=_period(frozen["supplied_from"], frozen["supplied_to"]) if is_bill else "",
        note=frozen["note"],
        issuer=frozen["issuer"],
        recipient=frozen["recipient"],
        about=[words for words in frozen["about"] if words],
        figures=_figures(frozen, money),
        is_bill=is_bill,
        lines=[
            Line(
                description=line["description"],
                detail=line["detail"],
                quantity=f"{line.get('quantity', '')} {line.get('unit', '')}".strip(),
                unit_price=money(line["unit_price"]) if is_bill else "",
                discount=_taken_off(line, money),
                tax=line.get("tax", ""),
                amount=money(line["amount"]),
            )
            for line in frozen["lines"]
        ],
        has_discounts=any(line.get("discount_asked") for line in frozen["lines"]),
        prices_include_tax=frozen.get("inclusive", False),
        sums=sums,
        total=total,
        gross=money(frozen["gross"]),
        texts=frozen["texts"],
        remark=frozen.get("remark", ""),
        code=grouped(frozen["code"]),
    )


def _sums(frozen: dict[str, Any], money: Callable[[str], str]) -> list[Sum]:
    """Lines and discount where there is one, net, the tax of each rate, and last the total."""
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
    rows.append(Sum("Total", money(frozen["gross"])))
    return rows


def _rows(said: list[dict[str, Any]], money: Callable[[str], str]) -> list[Sum]:
    return [Sum(each["words"], money(each["amount"])) for each in said]


def _figures(frozen: dict[str, Any], money: Callable[[str], str]) -> list[Figure]:
    """What a bill comes to, what of it is paid, and what is left; other papers bring their own."""
    if "figures" in frozen:
        said = frozen["figures"]
        return [Figure(each["words"], money(each["amount"]), each["is_good"]) for each in said]
    left = Decimal(frozen["gross"]) - Decimal(frozen["paid"])
    issued = day_words(frozen["issued_on"])
    paid_words = f"{frozen['paid_words']}, {issued}" if frozen["number"] else "Paid"
    return [
        Figure("Total", money(frozen["gross"])),
        Figure(paid_words, money(frozen["paid"]), is_good=True),
        Figure("To pay", money(str(left))),
    ]


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
