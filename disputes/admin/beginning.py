"""A mediator's form begins with a standard text, where one was chosen in the page's address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from billing_site.kernel.money import Money
from disputes.forms.standard_texts import BeginForm
from disputes.models import Dispute, StandardText
from disputes.queries.figure_by_line import LINES, FigureByLine
from disputes.queries.standard_texts import beginnings


@dataclass(frozen=True, slots=True)
class Begin:
    asks: BeginForm | None  # None: there is nothing to choose from
    words: str


def begin(
    request: Any,
    dispute: Dispute,
    purpose: StandardText.Purpose,
    *,
    figure: Money | None = None,
    by_line: FigureByLine | None = None,
) -> Begin:
    """The words of the standard text, then those of the lines that are ticked."""
    found = beginnings(dispute, purpose, request.GET.get("begin", ""), figure=figure)
    lines = by_line.words if by_line else ""
    words = "\n\n".join(filter(None, [found.words, lines]))
    if not found.texts:
        return Begin(None, words)
    told: dict[str, Any] = {"begin": found.chosen}
    if figure is not None:  # what is looked at stays looked at
        told["figure"] = f"{figure.amount:f}"
    if by_line and lines:
        told[LINES] = [row.ref for row in by_line.rows if row.is_ticked]
    return Begin(BeginForm(told, texts=found.texts), words)
