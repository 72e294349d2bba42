"""Since when nothing has happened on a contract, and what becomes of held money if it stays so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import Max, Model, OuterRef, Subquery
from django.db.models.functions import Greatest

from billing_site.kernel.money import show
from invoices.models import (
    Contract,
    ContractChange,
    InvoiceChange,
    Milestone,
    MilestoneChange,
    RefundRequestChange,
    TimeEntry,
)
from invoices.models.dormancy import NOTICES, QUIET, RETURNS
from invoices.models.milestone_rows import RETURN_AT

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
    moments = [
        ContractChange.objects.filter(contract=contract).aggregate(last=Max("at"))["last"],
        MilestoneChange.objects.filter(milestone__contract=contract).aggregate(last=Max("at"))[
            "last"
        ],
        InvoiceChange.objects.filter(invoice__contract=contract).aggregate(last=Max("at"))["last"],
        RefundRequestChange.objects.filter(refundrequest__contract=contract).aggregate(
            last=Max("at")
        )["last"],
        TimeEntry.objects.filter(contract=contract).aggregate(last=Max("created_at"))["last"],
        contract.accepted_at,
    ]
    open_ = contract.milestones.filter(state__in=OPEN)
    if due_on := open_.aggregate(last=Max("due_on"))["last"]:
        moments.append(datetime.combine(due_on, time(), tzinfo=UTC))
    return max((moment for moment in moments if moment), default=None)


def quiet(contract: Contract, *, at: datetime) -> Quiet | None:
    """Return how quiet a running contract is; None where something happened lately."""
    is_young = contract.accepted_at is None or at < contract.accepted_at + QUIET
    since = quiet_since(contract) if contract.is_running and not is_young else None
    if since is None or at < since + QUIET:
        return None
    held = list(contract.milestones.holding().select_related("escrow").order_by("position"))
    days = (at - since).days
    return Quiet(since=since, days=days, held=held, words=_words(since, days, held))


def next_quiet_moment(*, after: datetime) -> datetime | None:
    """Return when the next notice of a quiet contract is due, or its money goes back."""
    steps = [timedelta(days=day) for day in NOTICES] + [RETURNS]
    running = Contract.objects.filter(state__in=Contract.RUNNING, accepted_at__isnull=False)
    due = (
        running.filter(milestones__state__in=OPEN)
        .values("pk")
        .annotate(last=Max("milestones__due_on"))
    )
    awake = {row["pk"]: row["last"] for row in due if row["last"]}
    moments = []
    for pk, happened in running.values_list("pk", _last()):
        due_on = awake.get(pk)
        since = max(happened, datetime.combine(due_on, time(), tzinfo=UTC)) if due_on else happened
        moments += [since + step for step in steps if since + step > after]
    return min(moments, default=None)


def _last() -> Greatest:
    """When something happened last, of every contract in one question."""
    traces: list[tuple[type[Model], str, str]] = [
        (ContractChange, "contract", "at"),
        (MilestoneChange, "milestone__contract", "at"),
        (InvoiceChange, "invoice__contract", "at"),
        (RefundRequestChange, "refundrequest__contract", "at"),
        (TimeEntry, "contract", "created_at"),
    ]
    return Greatest(
        "accepted_at",
        *(
            Subquery(
                model._default_manager.filter(**{path: OuterRef("pk")})  # noqa: SLF001 -- Django's own name for it
                .order_by()
                .values(path)
                .annotate(last=Max(moment))
                .values("last")
            )
            for model, path, moment in traces
        ),
    )


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
