"""What staff may decide in the admin: rows are chosen, a reason is given, a service decides.

The service does the checking, writes the history and refuses in words; each row is decided in
a transaction of its own, so that one that is too late does not keep the others waiting.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billing_site.kernel.admin import ReadOnlyAdmin
from billing_site.kernel.forms import TextField
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock

M = TypeVar("M", bound=Model)
SHORTEST_REASON = 10
MOST = 100  # rows at once
logger = logging.getLogger(__name__)


class ReasonForm(forms.Form):
    """Why. Subclasses ask for more, and their fields are handed to the service by name."""

    reason = TextField(
        label="Why",
        lines=3,
        min_length=SHORTEST_REASON,
        max_length=300,
        error_messages={
            "required": "Say why.",
            "min_length": "Say why in a sentence.",
        },
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """*decide(pk, by=, at=, **what the form asked)* is a service."""

    name: str
    verb: str  # “Hold these withdrawals”: the choice in the list, and the button
    explains: str
    decide: Callable[..., object]
    form: type[ReasonForm] = ReasonForm
    # What is true afterwards, of what the service returned; empty: just that it was done.
    says: Callable[[Any], str] = lambda _decided: ""


class DecidingAdmin(ReadOnlyAdmin[M], Generic[M]):
    """A list that staff read, with decisions about the rows that they choose."""

    decisions: ClassVar[list[Decision]] = []

    def prove(self, request: HttpRequest, decision: Decision, rows: list[M]) -> HttpResponse | None:
        """Where to send who has to prove themselves first; None: they need not, or just did."""
        return None

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Instead of Django's own, of which there are none here."""
        if not self.has_view_permission(request):
            return {}
        return {each.name: (partial(_ask, each), each.name, each.verb) for each in self.decisions}


def _ask(
    decision: Decision, admin: DecidingAdmin[M], request: HttpRequest, chosen: QuerySet[M]
) -> HttpResponse | None:
    """Ask for the reason, and with it do it; None: it is done, and Django shows the list again."""
    rows = list(chosen.order_by("pk")[:MOST])
    form = decision.form(request.POST if "decided" in request.POST else None)
    if form.is_valid():
        if asked := admin.prove(request, decision, rows):
            return asked
        at = clock.now()
        for row in rows:
            _decide(decision, request, row, form.cleaned_data, at=at)
        return None
    context = {
        **admin.admin_site.each_context(request),
        "title": decision.verb,
        "opts": admin.model._meta,  # noqa: SLF001 -- the admin's own way to name a model
        "decision": decision,
        "rows": rows,
        "form": form,
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    status = 422 if form.errors else 200
    return render(request, "admin/decision.html", context, status=status)


def _decide(
    decision: Decision, request: HttpRequest, row: Model, facts: dict[str, Any], *, at: datetime
) -> None:
    try:
        decided = decision.decide(row.pk, by=request.user, at=at, **facts)
    except NotAllowed as refusal:
        messages.error(request, f"{row}: {refusal}")
    except Exception:
        logger.exception("Could not %s %s", decision.name, row)
        messages.error(request, f"{row}: something went wrong. Nothing was changed.")
    else:
        said = decision.says(decided)
        words = f"{row}: {said}." if said else f"{decision.verb}: {row}."
        messages.success(request, words)
