"""What is done once a period for every organization: asked for in batches, done by jobs.

A round that was interrupted goes on where it was. After a standstill each period that was missed
has its own, up to as many as `LONGEST` says: what is older is in the records anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction

from billing_site.kernel.money import EXPONENTS
from billing_site.kernel.periods import WEEK
from billing_site.people.models import Organization
from billing_site.platform.queue import later
from invoices.models import FeeCreditNote, FeeInvoice
from ledger.queries.rows import rows
from records.models import Round
from records.queries.billed import PAPERS
from records.queries.lots import DAY, morning
from records.queries.statements import month_after

AT_ONCE = 100  # organizations of a batch
LONGEST = {Round.What.MONTH: 12, Round.What.WEEK: 4}  # periods that are made up for
MONTH_AT = timedelta(hours=6)  # on the first of the next month, UTC
WEEK_AT = timedelta(hours=12, minutes=30)  # on the next Monday, once the hours are billed
BUSY = f"""
    SELECT o.id FROM unnest(%s::bigint[]) AS o (id)
     WHERE EXISTS (
           SELECT FROM ledger_posting AS p WHERE p.party = o.id AND p.currency = ANY(%s)
              AND p.occurred_at >= %s AND p.occurred_at < %s)
        OR EXISTS (
           SELECT FROM ({PAPERS.format(ours="o.id")}) AS papers
            WHERE papers.issued_at >= %s AND papers.issued_at < %s)
     ORDER BY o.id"""  # noqa: S608 # made of constants
TASKS = {
    Round.What.MONTH: "records.tasks.issue_collective",
    Round.What.WEEK: "records.tasks.send_summary",
}


def go_due(*, at: datetime) -> int:
    """Ask for all that is due at *at*, the oldest first; return for how many organizations."""
    months = [month for month in _months_due(at) if not _waits(month)]
    count = sum(go_round(Round.What.MONTH, month, at=at) for month in months)
    return count + sum(go_round(Round.What.WEEK, monday, at=at) for monday in _weeks_due(at))


def go_round(what: Round.What, period: date, *, at: datetime) -> int:
    """Ask for what *period* owes to each organization that something happened to."""
    count = 0
    while (asked := _some(what, period, at=at)) is not None:
        count += asked
    return count


def _months_due(at: datetime) -> list[date]:
    last = ((at - MONTH_AT).date().replace(day=1) - DAY).replace(day=1)
    return _due(Round.What.MONTH, last, lambda month: (month - DAY).replace(day=1))


def _weeks_due(at: datetime) -> list[date]:
    today = (at - WEEK_AT).date()
    last = today - timedelta(days=today.weekday()) - WEEK
    return _due(Round.What.WEEK, last, lambda monday: monday - WEEK)


def _waits(month: date) -> bool:
    """Whether a fee of that month has no number yet: a job gives it, and the month needs it."""
    end = morning(month_after(month))
    fees = FeeInvoice.objects.filter(number=None, caused_at__lt=end)
    return fees.exists() or FeeCreditNote.objects.filter(number=None, caused_at__lt=end).exists()


@transaction.atomic
def _some(what: Round.What, period: date, *, at: datetime) -> int | None:
    found, _ = Round.objects.get_or_create(what=what, period_on=period, defaults={"begun_at": at})
    round_ = Round.objects.lock(found.pk)
    if round_.finished_at:
        return None
    batch = Organization.objects.filter(pk__gt=round_.reached).order_by("pk")
    if what == Round.What.MONTH:
        batch = batch.filter(kind=Organization.Kind.CLIENT)
    keys = list(batch.values_list("pk", flat=True)[:AT_ONCE])
    if not keys:
        round_.finished_at = at
        round_.save(update_fields=["finished_at"])
        return None
    end = month_after(period) if what == Round.What.MONTH else period + WEEK
    busy = _busy(keys, period, end)
    for key in busy:
        later(TASKS[what], organization_id=key, period=period.isoformat())
    round_.reached, round_.asked = keys[-1], round_.asked + len(busy)
    round_.save(update_fields=["reached", "asked"])
    return len(busy)


def _busy(keys: list[int], since: date, until: date) -> list[int]:
    """Return those to whose money something happened, or who were billed, in these days."""
    days = [morning(since), morning(until)]
    return [row["id"] for row in rows(BUSY, [keys, list(EXPONENTS), *days, *days])]


def _due(what: Round.What, last: date, before: Callable[[date], date]) -> list[date]:
    """Return *last* and those before it that have not been gone round; a new world has none."""
    done = Round.objects.filter(what=what)
    newest = done.order_by("-period_on").values_list("period_on", "finished_at").first()
    due: list[date] = []
    while len(due) < LONGEST[what]:
        if newest and (last < newest[0] or (last == newest[0] and newest[1])):
            break
        due.append(last)
        if newest is None:
            break
        last = before(last)
    return due[::-1]
