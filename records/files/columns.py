"""What an export says of a row, in stable columns."""

from __future__ import annotations

from typing import Any, NamedTuple

from billing_site.kernel.money import EXPONENTS
from ledger.queries.records import RecordRow
from records import kinds
from records.figures import Figures, figures_of
from records.queries.documents import About

TEXTS = (
    "date", "time_utc", "entry", "kind",  # which we write, and nobody else
    "description", "reference", "document", "contract",
    "contract_reference", "project", "purchase_order", "other_side",
)  # fmt: skip
OURS = TEXTS.index("description")
SUMS = ("net", "fee", "tax", "gross", "change", "balance")
COLUMNS = (*TEXTS, *SUMS, "currency")
# Where a spreadsheet would begin a formula: OWASP's list, and what looks like it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Line(NamedTuple):
    """One row of an export: texts, sums in minor units, and what they were made of."""

    row: RecordRow
    figures: Figures
    texts: tuple[str, ...]

    @property
    def sums(self) -> tuple[int, ...]:
        figures = self.figures
        return (
            figures.net,
            figures.fee,
            figures.tax,
            figures.gross,
            self.row.change,
            self.row.balance,
        )


def line_of(row: RecordRow, about: About, *, is_client: bool) -> Line:
    moment = row.at.isoformat()  # in UTC: 2026-03-02T12:00:00+00:00
    return Line(
        row=row,
        figures=figures_of(row, is_client=is_client),
        texts=(
            moment[:10],
            moment[11:19],
            str(row.entry),
            row.kind,
            kinds.words_for(row.kind, row.memo, is_client=is_client),
            about.number or row.reference[1],
            about.title,
            about.contract,
            about.contract_ref,
            about.project,
            about.purchase_order,
            about.other(is_client=is_client),
        ),
    )


def plain(minor: int, currency: str) -> str:
    """Write minor units as digits with a point: 1005 of EUR is “10.05”."""
    places = EXPONENTS[currency]
    if not places:
        return str(minor)
    if minor < 0:
        return f"-{plain(-minor, currency)}"
    digits = str(minor).zfill(places + 1)
    return f"{digits[:-places]}.{digits[-places:]}"


def harmless(text: str) -> str:
    """Keep a spreadsheet from taking somebody's words for a formula."""
    if not text or text[0].isalnum():  # as nearly all do
        return text
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def as_texts(line: Line) -> list[Any]:
    currency, texts = line.row.currency, line.texts
    return [
        *texts[:OURS],
        *[harmless(text) for text in texts[OURS:]],
        *[plain(minor, currency) for minor in line.sums],
        currency,
    ]
