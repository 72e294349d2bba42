"""The fixed words of documents, and how days and sums are written, in the recipient's language.

One file per language, `words/en.toml` and so on; what people wrote themselves stays as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from billing_site.kernel.money import Money, show
from billing_site.people.models import Organization
from invoices.models.contract import TaxTreatment
from invoices.taxing import rules

ENGLISH = "en"  # also of what was frozen before documents said in which language they are
FOLDER = Path(__file__).parent / "words"


@dataclass(frozen=True, slots=True)
class Wording:
    """A language as documents use it."""

    language: str
    patterns: Mapping[str, str]
    units: Mapping[str, str]
    words: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.words[name]

    def say(self, key: str, /, **facts: object) -> str:
        """Return the words called *key* with what stands in their braces."""
        return self.words[key].format(**facts)

    def day(self, iso: str) -> str:
        """Return “3 March 2026” for what ISO 8601 writes as 2026-03-03."""
        return self._date(date.fromisoformat(iso), "day")

    def period(self, first: str, last: str) -> str:
        """Return “18 March 2026”, or “3 – 18 March 2026” where the work took a while."""
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        if start == end:
            return self.day(last)
        if (start.year, start.month) == (end.year, end.month):
            return f"{self._date(start, 'day_alone')} – {self.day(last)}"
        pattern = "day_and_month" if start.year == end.year else "day"
        return f"{self._date(start, pattern)} – {self.day(last)}"

    def month(self, day: date) -> str:
        """Return “March 2026”."""
        return self._date(day, "month_and_year")

    def money(self, plain: str, currency: str) -> str:
        """Return the sum “1250.00” with its currency: “€1,250.00”, “1.250,00 EUR”."""
        money = Money(Decimal(plain), currency)
        if not self.patterns["money"]:
            return show(money)
        sign = "−" if money.amount < 0 else ""
        shown = format_currency(
            abs(money.amount), currency, self.patterns["money"], locale=self.language
        )
        return sign + shown.replace(" ", "\N{NO-BREAK SPACE}")

    def number(self, plain: str) -> str:
        """Return “2.5” with the comma of the language, and as many places."""
        _, _, places = plain.partition(".")
        pattern = f"0.{'0' * len(places)}" if places else "0"
        return str(format_decimal(Decimal(plain), pattern, locale=self.language))

    def percent(self, bps: int) -> str:
        return f"{self.number(f'{bps / 100:g}')}\N{NO-BREAK SPACE}%"

    def unit(self, written: str) -> str:
        """Return a unit that everybody uses in this language; others stay as they were written."""
        return self.units.get(written, written)

    def country(self, code: str) -> str:
        return str(Locale(self.language).territories.get(code, code))

    def tax(self, treatment: str, bps: int) -> str:
        """What stands before a tax sum: “VAT 20 %”, “VAT 0 %, reverse charge”."""
        if treatment == TaxTreatment.STANDARD:
            return self.say("vat", share=self.percent(bps))
        return self.say(f"vat_{treatment}", share=self.percent(0))

    def short_tax(self, treatment: str, bps: int) -> str:
        """What stands in the column of a line: “20 %”, “0 % RC”."""
        if treatment == TaxTreatment.REVERSE_CHARGE:
            return self.say("short_reverse_charge", share=self.percent(bps))
        return self.percent(bps)

    def reason(self, text: str) -> str:
        """Return why no tax is charged: our own words in this language, others as they are.

        The agreed text is English; a country's own words may follow ours. Where these say the
        same already, they are not said twice.
        """
        for treatment, ours in rules()["texts"].items():
            if text.startswith(ours):
                said, rest = self[f"reason_{treatment}"], text.removeprefix(ours).strip()
                return said if rest.rstrip(".") in said else f"{said} {rest}"
        return text

    def _date(self, day: date, pattern: str) -> str:
        return format_date(day, self.patterns[pattern], locale=self.language)


@cache
def wording_in(language: str) -> Wording:
    """Return the words of a language that an organization can choose."""
    assert language in Organization.DocumentLanguage, "The database sees to it."
    said = tomllib.loads((FOLDER / f"{language}.toml").read_text())
    return Wording(language, said["patterns"], said["units"], said["words"])


def wording_for(recipient: Organization) -> Wording:
    return wording_in(recipient.document_language)
