"""Decisions that move money, at the desk: a stolen session must not make them."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from billing_site.people import step_up
from billing_site.platform.decisions import DecidingAdmin, Decision

M = TypeVar("M", bound=Model)


class ProvingAdmin(DecidingAdmin[M], Generic[M]):
    """A list in which some of the decisions ask for a fresh second factor first."""

    proven: ClassVar[list[Decision]] = []

    def prove(self, request: HttpRequest, decision: Decision, rows: list[M]) -> HttpResponse | None:
        if decision not in self.proven:
            return None
        named = ",".join(str(row.pk) for row in rows)
        return step_up.required(request, purpose=f"{decision.name}:{named}")
