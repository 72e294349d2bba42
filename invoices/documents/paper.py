"""A frozen document as its page shows it: sums with their currency, days in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from invoices.documents.wording import ENGLISH, Wording, wording_in

Showing = Callable[[str], str]


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
    wording: Wording
    kind: str
    number: str
    size: str  # A4 or Letter
    issued_on: str  # as ISO 8601 writes days
    issued: str
    supplied: str
    note: str
    issuer: dict[str, str]
    has_logo: bool
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
        return f"{self.kind} {self.number}" if self.number else self.wording["for_approval"]

    @property
    def language(self) -> str:
        return self.wording.language

    @property
    def description(self) -> str:
        return self.wording.say(
            "described",
            title=self.title,
            gross=self.gross,
            issuer=self.issuer["name"],
            recipient=self.recipient["name"],
        )

    @property
    def is_issued(self) -> bool:
        return bool(self.number)


def of(frozen: dict[str, Any]) -> Paper:
    """Return *frozen* in words. Nothing is looked up and nothing is added but “to pay”."""
    wording = wording_in(frozen.get("language", ENGLISH))

    def money(plain: str) -> str:
        return wording.money(plain, frozen["currency"])

    is_bill = "figures" not in frozen
    *sums, total = _sums(frozen, wording, money) if is_bill else _rows(frozen["totals"], money)
    return Paper(
        wording=wording,
        kind=frozen["kind"],
        number=frozen["number"],
        size=frozen["paper"],
        issued_on=frozen["issued_on"],
        issued=wording.day(frozen["issued_on"]),
        supplied=wording.period(frozen["supplied_from"], frozen["supplied_to"]) if is_bill else "",
        note=frozen["note"],
        issuer=frozen["issuer"],
        has_logo=bool(frozen.get("look", {}).get("logo")),
        recipient=frozen["recipient"],
        about=[words for words in frozen["about"] if words],
        figures=_figures(frozen, wording, money),
        is_bill=is_bill,
        lines=[_line(line, wording, money) for line in frozen["lines"]],
        has_discounts=any(line.get("discount_asked") for line in frozen["lines"]),
        prices_include_tax=frozen.get("inclusive", False),
        sums=sums,
        total=total,
        gross=money(frozen["gross"]),
        texts=frozen["texts"],
        remark=frozen.get("remark", ""),
        code=grouped(frozen["code"]),
    )


def _line(line: dict[str, Any], wording: Wording, money: Showing) -> Line:
    """Lines of receipts have no quantity and no price."""
    quantity = wording.number(line["quantity"]) if line.get("quantity") else ""
    return Line(
        description=line["description"],
        detail=line["detail"],
        quantity=f"{quantity} {wording.unit(line.get('unit', ''))}".strip(),
        unit_price=money(line["unit_price"]) if "unit_price" in line else "",
        discount=_taken_off(line, money),
        tax=line.get("tax", ""),
        amount=money(line["amount"]),
    )


def _sums(frozen: dict[str, Any], wording: Wording, money: Showing) -> list[Sum]:
    """Lines and discount where there is one, net, the tax of each rate, and last the total."""
    rows = []
    if frozen.get("discount_asked"):
        words = wording["lines_with_vat"] if frozen["inclusive"] else wording["lines"]
        rows.append(Sum(words, money(frozen["lines_sum"])))
        rows.append(Sum(wording["discount"], _taken_off(frozen, money)))
    rows.append(Sum(wording["net"], money(frozen["net"])))
    several = len(frozen["taxes"]) > 1
    for tax in frozen["taxes"]:
        words = str(tax["words"])
        if several:
            words = wording.say("tax_of_net", words=words, net=money(tax["net"]))
        rows.append(Sum(words, money(tax["tax"])))
    rows.append(Sum(wording["total"], money(frozen["gross"])))
    return rows


def _rows(said: list[dict[str, Any]], money: Showing) -> list[Sum]:
    return [Sum(each["words"], money(each["amount"])) for each in said]


def _figures(frozen: dict[str, Any], wording: Wording, money: Showing) -> list[Figure]:
    """What a bill comes to, what of it is paid, and what is left; other papers bring their own."""
    if "figures" in frozen:
        said = frozen["figures"]
        return [Figure(each["words"], money(each["amount"]), each["is_good"]) for each in said]
    left = Decimal(frozen["gross"]) - Decimal(frozen["paid"])
    paid_words = wording["paid"]
    if frozen["number"]:
        issued = wording.day(frozen["issued_on"])
        paid_words = wording.say("paid_on", words=frozen["paid_words"], day=issued)
    return [
        Figure(wording["total"], money(frozen["gross"])),
        Figure(paid_words, money(frozen["paid"]), is_good=True),
        Figure(wording["to_pay"], money(str(left))),
    ]


def _taken_off(said: dict[str, Any], money: Showing) -> str:
    """“−€100.00 (10 %)”, or nothing."""
    if not said.get("discount_asked"):
        return ""
    words = f" ({said['discount_words']})" if said["discount_words"] else ""
    return f"−{money(said['discount_asked'])}{words}"


def grouped(code: str) -> str:
    """A verification code as it is printed: in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
