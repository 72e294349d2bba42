"""When the next withdrawal is, and what it would be if it were now: fee and arrival first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money, show, zero
from billing_site.people.models import Organization
from payments.cadence import Rhythm, next_moment
from payments.models import PayoutMethod, PayoutSchedule
from payments.queries.cost_lines import CostLine
from payments.queries.payout_cost import PayoutCost, cost_of, payout_fee


@dataclass(frozen=True, slots=True)
class NextPayout:
    """What a schedule does next. The cost is of what is available at this moment."""

    schedule: PayoutSchedule
    at: datetime
    cost: PayoutCost
    minimum: Money

    @property
    def is_enough(self) -> bool:
        return self.cost.amount >= self.minimum and self.cost.net.amount > 0

    @property
    def lines(self) -> list[CostLine]:
        return [CostLine("Available now", self.cost.amount), CostLine("Our fee", -self.cost.fee)]

    @property
    def total(self) -> CostLine:
        return CostLine("Would reach your bank", self.cost.net, note=str(self.schedule.method))

    @property
    def so_far(self) -> str:
        """Why nothing would be withdrawn, if the day were today."""
        if self.is_enough:
            return ""
        if self.cost.amount < self.minimum:
            return f"Less than {show(self.minimum)} is available so far."
        return "No more than the fee is available so far."


@dataclass(frozen=True, slots=True)
class SchedulePage:
    organization: Organization
    schedule: PayoutSchedule | None
    next: NextPayout | None
    methods: list[PayoutMethod]
    method: PayoutMethod | None
    fee: Money
    rhythms: list[tuple[str, str]]  # each with its next day

    @property
    def words(self) -> str:
        if self.schedule is None:
            return "You withdraw by hand: nothing goes out before you ask for it."
        if self.next is None:
            return "You withdraw by hand. All of it stays available until you ask for it."
        return f"{self.schedule.get_rhythm_display()}, all that is available is withdrawn."


def schedule_page(organization: Organization, *, method_ref: str, at: datetime) -> SchedulePage:
    """Without a bank named, the one of the schedule, or the one that was named first."""
    schedule = schedule_of(organization)
    methods = list(PayoutMethod.objects.filter(organization=organization).present())
    kept = schedule.method.ref if schedule and schedule.method else ""
    wanted = method_ref or kept
    method = next((each for each in methods if each.ref == wanted), None)
    if method is None and methods and not method_ref:
        method = methods[0]
    return SchedulePage(
        organization=organization,
        schedule=schedule,
        next=_next(schedule, at),
        methods=methods,
        method=method,
        fee=payout_fee(method.currency if method else organization.currency),
        rhythms=[(each.value, _in_words(each, at)) for each in Rhythm],
    )


def next_payout(organization: Organization, *, at: datetime) -> NextPayout | None:
    return _next(schedule_of(organization), at)


def schedule_of(organization: Organization) -> PayoutSchedule | None:
    ours = PayoutSchedule.objects.filter(organization=organization)
    return ours.select_related("method", "organization").first()


def _next(schedule: PayoutSchedule | None, at: datetime) -> NextPayout | None:
    if schedule is None or schedule.next_at is None:
        return None
    moment = max(schedule.next_at, at)
    now = cost_of(schedule.organization, zero(schedule.currency), at=moment)
    cost = cost_of(schedule.organization, now.available, at=moment)
    return NextPayout(schedule, schedule.next_at, cost, schedule.minimum)


def _in_words(rhythm: Rhythm, at: datetime) -> str:
    first = next_moment(rhythm, after=at)
    return f"{rhythm.label} (next on {first:%a} {first:%-d %B})" if first else rhythm.label
