"""A mediator's form begins with a standard text, where one was chosen in the page's address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from billing_site.kernel.money import Money
from disputes.forms.standard_texts import BeginForm
from disputes.models import Dispute, StandardText
from disputes.queries.standard_texts import beginnings


@dataclass(frozen=True, slots=True)
class Begin:
    asks: BeginForm | None  # None: there is nothing to choose from
    words: str


def begin(
    request: Any, dispute: Dispute, purpose: StandardText.Purpose, *, figure: Money | None = None
) -> Begin:
    found = beginnings(dispute, purpose, request.GET.get("begin", ""), figure=figure)
    if not found.texts:
        return Begin(None, "")
    told = {"begin": found.chosen}
    if figure is not None:  # what is looked at stays looked at
        told["figure"] = f"{figure.amount:f}"
    return Begin(BeginForm(told, texts=found.texts), found.words)
