"""A figure put together line by line: what is ticked is for the freelancer, the rest goes back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from billing_site.kernel.money import Money, show, split, to_minor, zero
from disputes.models import Dispute
from invoices.models import InvoiceLine
from invoices.queries.billed_hours import Hours, hours_of

MOST_WORDS = 1_000  # characters: half of what an offer's words have room for
BY_LINE, LINES = "by_line", "line"  # in the address: that lines are ticked, and which


@dataclass(frozen=True, slots=True)
class LineRow:
    """One thing in dispute, and its part of what is at stake."""

    ref: str
    words: str
    note: str
    amount: Money
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class FigureByLine:
    rows: Sequence[LineRow]
    figure: Money  # what the ticked rows come to

    @property
    def words(self) -> str:
        """As a sentence that goes with the figure; nothing is said where nothing is ticked."""
        ticked = [f"{row.words} ({show(row.amount)})" for row in self.rows if row.is_ticked]
        return f"For {_listed(ticked)}." if ticked else ""


def figure_by_line(dispute: Dispute, ticked: Collection[str]) -> FigureByLine | None:
    """Return the lines of a running case with their parts, which add up to what is at stake.

    None where there is nothing to tell apart: one line, or what it bills is not known.
    """
    found = _hours(dispute) if dispute.is_about_hours else _lines(dispute)
    if not dispute.is_running or len(found) < 2:  # noqa: PLR2004 -- one piece is not a choice
        return None
    parts = split(dispute.at_stake, [weight for *_, weight in found])
    rows = [
        LineRow(ref, words, note, part, ref in ticked)
        for (ref, words, note, _), part in zip(found, parts, strict=True)
    ]
    figure = sum((row.amount for row in rows if row.is_ticked), zero(dispute.currency))
    return FigureByLine(rows, figure)


def _listed(words: list[str]) -> str:
    """As many as there is room for in what somebody writes, and how many more there are."""
    listed, room = words[0][:MOST_WORDS], MOST_WORDS - len(words[0])
    for index, each in enumerate(words[1:], start=1):
        room -= len(each) + 2
        if room < 0:
            return f"{listed} and {len(words) - index} more"
        listed = f"{listed}; {each}"
    return listed


Found = tuple[str, str, str, int]  # ref, words, a note, and what it weighs


def _hours(dispute: Dispute) -> list[Found]:
    return [_hour(each) for each in hours_of(dispute.invoice)]


def _hour(hours: Hours) -> Found:
    entry, minutes = hours.entry, hours.minutes
    began = entry.started_at
    words = f"{hours.words} on {began:%a} {began.day} {began:%b}, {began:%H:%M} UTC"
    return entry.ref, words, entry.memo, minutes * to_minor(hours.rate.rate)


def _lines(dispute: Dispute) -> list[Found]:
    lines = dispute.invoice.lines.order_by("position")
    return [_line(each) for each in lines if to_minor(each.billed)]


def _line(line: InvoiceLine) -> Found:
    return str(line.position), line.description, line.detail, to_minor(line.billed)
