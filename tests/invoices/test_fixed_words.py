"""The fixed words of every language, and the words of others."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from billing_site.people.models import Organization
from invoices.documents import wording
from invoices.documents.wording import wording_in
from invoices.models.contract import TaxTreatment
from invoices.taxing import words_for

pytestmark = pytest.mark.django_db
LANGUAGES = Organization.DocumentLanguage.values
SOURCES = Path(wording.__file__).parent
NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_others_stay_as_they_are(language: str) -> None:
    for text in ("", "Gemäß § 19 UStG wird keine Umsatzsteuer berechnet.", "As we agreed."):
        assert wording_in(language).reason(text) == text
    assert wording_in(language).unit("Seiten") == "Seiten"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words_with_the_same_gaps(language: str) -> None:
    english, said = wording_in("en"), wording_in(language)

    assert said.patterns.keys() == english.patterns.keys()
    assert said.units.keys() == english.units.keys()
    assert said.words.keys() == english.words.keys()
    assert all(said.words.values())
    assert {key: gaps(words) for key, words in said.words.items()} == {
        key: gaps(words) for key, words in english.words.items()
    }


def gaps(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


def test_every_word_is_used_and_none_is_missing() -> None:
    """Names in quotes anywhere in the code of documents, and those that the template asks for."""
    code = "".join(path.read_text() for path in SOURCES.glob("*.py"))
    others = [Path("invoices/services") / name for name in ("correcting.py", "lost_money.py")]
    for other in [*others, *Path("records/documents").glob("*.py")]:
        code += other.read_text()
    parts = Path("templates/invoices/paper").glob("*.html")
    page = "".join(part.read_text() for part in [Path("templates/invoices/paper.html"), *parts])
    asked = set(re.findall(r'(?:\.say\(\s*|wording\[)"(\w+)"', code))
    asked |= set(re.findall(r"paper\.wording\.(\w+)", page))
    known = set(wording_in("en").words)

    assert asked <= known
    built = {f"{kind}_{tax}" for kind in ("vat", "reason") for tax in TaxTreatment}
    assert {key for key in known - asked - built if f'"{key}"' not in code} == set()


@pytest.mark.parametrize("treatment", [kind for kind in TaxTreatment if kind != "standard"])
def test_our_reasons_in_english_are_those_that_were_agreed(treatment: TaxTreatment) -> None:
    assert wording_in("en")[f"reason_{treatment}"] == words_for(treatment, "US")
    assert wording_in("de").reason(words_for(treatment, "US")) != words_for(treatment, "US")


def test_periods_and_sums_are_written_as_germans_do() -> None:
    german = wording_in("de")

    assert german.period("2026-03-03", "2026-03-18") == f"3. – 18.{NBSP}März 2026"
    assert german.period("2026-02-27", "2026-03-03") == f"27.{NBSP}Februar – 3.{NBSP}März 2026"
    assert (
        german.period("2025-12-30", "2026-01-02") == f"30.{NBSP}Dezember 2025 – 2.{NBSP}Januar 2026"
    )
    assert german.money("1234567.80", "EUR") == f"1.234.567,80{NBSP}EUR"
    assert german.money("-0.99", "CHF") == f"−0,99{NBSP}CHF"
    assert german.money("1200", "JPY") == f"1.200{NBSP}JPY"
    assert german.money("1.250", "KWD") == f"1,250{NBSP}KWD"
    assert german.percent(2_550) == f"25,5{NBSP}%"
    assert german.number("2.50") == "2,50"
