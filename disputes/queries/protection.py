"""The verdict of protection on contested hours, as a mediator and both sides read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from disputes.models import Dispute, Verdict
from invoices.hours import hours_words


@dataclass(frozen=True, slots=True)
class VerdictRow:
    starts_at: datetime
    hours: str
    memo: str
    is_protected: bool
    missing: list[str]


@dataclass(frozen=True, slots=True)
class Protection:
    sentence: str
    rows: list[VerdictRow]


def protection_of(dispute: Dispute) -> Protection | None:
    """None where the case is not about hours."""
    found = Verdict.objects.filter(dispute=dispute).select_related("entry")
    verdicts = sorted(found, key=lambda each: (each.entry.started_at, each.pk))
    if not verdicts:
        return None
    covered = sum(each.minutes for each in verdicts if each.is_protected)
    everything = sum(each.minutes for each in verdicts)
    return Protection(_sentence(covered, everything), [_row(each) for each in verdicts])


def _sentence(covered: int, everything: int) -> str:
    said = f"{hours_words(covered)} of {hours_words(everything)} were protected"
    if covered == everything:
        return f"All of it, {hours_words(everything)}, was protected: by the rules it is paid."
    if not covered:
        return (
            "None of it was protected: it is paid as far as it was documented and worked, and "
            "otherwise it goes back."
        )
    return f"{said}: by the rules these are paid."


def _row(verdict: Verdict) -> VerdictRow:
    return VerdictRow(
        verdict.entry.started_at,
        hours_words(verdict.minutes),
        verdict.entry.memo,
        verdict.is_protected,
        verdict.missing.splitlines(),
    )
