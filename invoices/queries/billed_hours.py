"""Which time an invoice of a week bills, as it was counted when the week was locked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from billing_site.kernel.money import Money
from invoices.hours import hours_words
from invoices.models import Invoice, PartEntry, RateVersion, TimeEntry, Week
from invoices.protection import CAP_MINUTES, Standing
from invoices.queries.week_figures import limits_of, rates_of
from invoices.week_summary import WeekSummary, week_summary


@dataclass(frozen=True, slots=True)
class Hours:
    """So many minutes of an entry, at its rate."""

    entry: TimeEntry
    minutes: int
    rate: RateVersion

    @property
    def words(self) -> str:
        return hours_words(self.minutes)


def hours_of(invoice: Invoice) -> list[Hours]:
    """Return what *invoice* bills, the earliest first; nothing where that cannot be told."""
    assert invoice.week, "It bills hours."
    summary = as_billed(invoice.week)
    if (summary.billed, summary.protected) != (invoice.week.billed, invoice.week.protected):
        return []
    own, others = _divided(invoice)
    hours = []
    for one in summary.entries:
        minutes = one.protected if invoice.is_protected else one.billed - one.protected
        is_ours = one.entry.pk in own if own else one.entry.pk not in others
        if minutes and is_ours:
            hours.append(Hours(one.entry, minutes, one.rate))
    # What it says it bills is what we found, or we do not know.
    said = [line_words(minutes, rate) for rate, minutes in by_rate(hours).items()]
    lines = invoice.lines.order_by("position").values_list("description", flat=True)
    return hours if said == list(lines) else []


def as_billed(week: Week) -> WeekSummary:
    """Count a week that is locked as it was counted then: what was protected is known of it."""
    contract = week.contract
    living = TimeEntry.objects.living().filter(week=week).select_related("person")
    return week_summary(
        week.starts_on,
        entries=list(living),
        rates=rates_of([contract.pk])[contract.pk],
        limits=limits_of([contract.pk])[contract.pk],
        standing=Standing(
            is_hourly=True,
            is_running=True,
            client_is_verified=week.protected > 0,
            unprotected_from=None,
            minutes_left=min(week.protected, CAP_MINUTES),
            amount_left=Money(10**9, contract.currency),
        ),
    )


def by_rate(hours: Sequence[Hours]) -> dict[RateVersion, int]:
    """Return the minutes at each rate, the earliest rate first."""
    minutes: dict[RateVersion, int] = {}
    for each in sorted(hours, key=lambda one: one.rate.effective_from):
        minutes[each.rate] = minutes.get(each.rate, 0) + each.minutes
    return minutes


def line_words(minutes: int, rate: RateVersion) -> str:
    """What the line of an invoice says about the hours of one rate."""
    return f"{hours_words(minutes)} at {rate.rate.amount:.2f} an hour"


def chosen(hours: Sequence[Hours], refs: Collection[str]) -> list[Hours]:
    return [each for each in hours if each.entry.ref in refs]


def _divided(invoice: Invoice) -> tuple[set[int], set[int]]:
    """The entries that were divided off for *invoice*, and those that were for its siblings."""
    siblings = PartEntry.objects.filter(
        invoice__week=invoice.week_id, invoice__is_protected=invoice.is_protected
    )
    found = siblings.values_list("invoice", "entry")
    own = {entry for pk, entry in found if pk == invoice.pk}
    return own, {entry for pk, entry in found if pk != invoice.pk}
