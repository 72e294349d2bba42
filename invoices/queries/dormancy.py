"""Since when nothing has happened on a contract, and what becomes of held money if it stays so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import DateTimeField, Max, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Greatest

from billing_site.kernel.money import show
from billing_site.kernel.prepared import Prepared, inside
from invoices.models import (
    Contract,
    ContractChange,
    DormancyNotice,
    InvoiceChange,
    Milestone,
    MilestoneChange,
    RefundRequestChange,
    TimeEntry,
)
from invoices.models.dormancy import NOTICES, QUIET, RETURNS
from invoices.models.milestone_rows import RETURN_AT, MilestoneQuerySet

OPEN = ("planned", "funding", "funded")  # milestones that keep a contract awake until they are due


@dataclass(frozen=True, slots=True)
class Quiet:
    """A contract on which nothing has happened for 60 days or more."""

    since: datetime
    days: int
    held: list[Milestone]
    words: str


def quiet_since(contract: Contract) -> datetime | None:
    """Return when something happened last. Work that is due later keeps a contract awake."""
    found = _LAST.one("", contract.pk)
    due_on = found.pop("due_on")
    moments = [*found.values(), contract.accepted_at]
    if due_on:
        moments.append(datetime.combine(due_on, time(), tzinfo=UTC))
    return max((moment for moment in moments if moment), default=None)


def _last_of(_kind: str, contract: int) -> QuerySet[Any, Any]:
    """The last of each kind of thing that happens on a contract, and the last work that is due."""
    of_milestones = MilestoneChange.objects.filter(milestone__contract=contract)
    of_invoices = InvoiceChange.objects.filter(invoice__contract=contract)
    of_requests = RefundRequestChange.objects.filter(refundrequest__contract=contract)
    still_open = Milestone.objects.filter(contract=contract, state__in=OPEN)
    return Contract.objects.filter(pk=contract).values(
        changed=inside(ContractChange.objects.filter(contract=contract), Max("at")),
        milestone_changed=inside(of_milestones, Max("at")),
        invoice_changed=inside(of_invoices, Max("at")),
        request_changed=inside(of_requests, Max("at")),
        logged=inside(TimeEntry.objects.filter(contract=contract), Max("created_at")),
        due_on=inside(still_open, Max("due_on")),
    )


_LAST = Prepared(_last_of)


def quiet(contract: Contract, *, at: datetime) -> Quiet | None:
    """Return how quiet a running contract is; None where something happened lately."""
    is_young = contract.accepted_at is None or at < contract.accepted_at + QUIET
    since = quiet_since(contract) if contract.is_running and not is_young else None
    if since is None or at < since + QUIET:
        return None
    held = list(contract.milestones.holding().select_related("escrow").order_by("position"))
    days = (at - since).days
    return Quiet(since=since, days=days, held=held, words=_words(since, days, held))


def to_tell(*, at: datetime) -> list[int]:
    """Return the contracts that are quiet for so long that another notice of it is due."""
    quiet_ones = dict(_running(until=at - QUIET).values_list("pk", "since"))
    told = DormancyNotice.objects.filter(contract__in=quiet_ones).values_list(
        "contract_id", "since", "day"
    )
    done = {pk for pk, since, day in told if quiet_ones[pk] == since and day >= _day(since, at)}
    return sorted(quiet_ones.keys() - done)


def to_return(*, at: datetime) -> MilestoneQuerySet:
    """Return those whose money goes back, because their contract was quiet to the end."""
    over = _running(until=at - RETURNS).values("pk")
    return Milestone.objects.holding().filter(contract__in=over)


def next_quiet_moment(*, after: datetime) -> datetime | None:
    """Return when the next notice of a quiet contract is due, or its money goes back."""
    steps = [timedelta(days=day) for day in NOTICES] + [RETURNS]
    awake = _running(since=after - RETURNS).values_list("since", flat=True)
    moments = (since + step for since in awake for step in steps if since + step > after)
    return min(moments, default=None)


def _running(*, since: datetime | None = None, until: datetime | None = None) -> QuerySet[Any, Any]:
    """Running contracts, with `since` as `quiet_since` says it, in one question for all."""
    traces: list[tuple[type[Model], str, str]] = [
        (ContractChange, "contract", "at"),
        (MilestoneChange, "milestone__contract", "at"),
        (InvoiceChange, "invoice__contract", "at"),
        (RefundRequestChange, "refundrequest__contract", "at"),
        (TimeEntry, "contract", "created_at"),
    ]
    last = [_last(model._default_manager.all(), *how) for model, *how in traces]  # noqa: SLF001 -- Django's own name for it
    due_on = _last(Milestone.objects.filter(state__in=OPEN), "contract", "due_on")
    happened = Greatest("accepted_at", *last, Cast(due_on, DateTimeField()))
    running = Contract.objects.filter(state__in=Contract.RUNNING, accepted_at__isnull=False)
    found: QuerySet[Any, Any] = running.annotate(since=happened)
    if until is not None:
        found = found.filter(accepted_at__lte=until, since__lte=until)
    return found.filter(since__gt=since) if since is not None else found


def _last(rows: QuerySet[Any], contract: str, moment: str) -> Subquery:
    of_it = rows.filter(**{contract: OuterRef("pk")}).order_by().values(contract)
    return Subquery(of_it.annotate(last=Max(moment)).values("last"))


def _day(since: datetime, at: datetime) -> int:
    return notice_of((at - since).days)


def notice_of(days: int) -> int:
    """The last notice that is due after so many quiet days."""
    return max(day for day in NOTICES if day <= days)


def returns_at(milestone: Milestone, since: datetime) -> datetime:
    """When held money goes back if nobody does anything: the provider may not hold it longer."""
    return min(since + RETURNS, milestone.holding_until(RETURN_AT))


def _words(since: datetime, days: int, held: list[Milestone]) -> str:
    said = f"Nothing has happened here for {days} days, since {since.day} {since:%B %Y}."
    if not held:
        return f"{said} Nothing is held. It goes on until one of you ends it."
    first = min(returns_at(each, since) for each in held)
    what = " and ".join(f"{show(each.gross)} for “{each.title}”" for each in held)
    client = held[0].contract.client
    return (
        f"{said} {what} is held. If nobody does anything, it goes back to {client} "
        f"on {first.day} {first:%B %Y}. Handing work in, approving it or asking for the money back "
        "stops that."
    )
