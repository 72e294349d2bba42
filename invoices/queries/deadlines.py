"""When something falls due by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Min

from billing_site.kernel.moments import first_after
from billing_site.kernel.periods import midnight, week_bounds, week_locks_at, week_of
from invoices.models import (
    Contract,
    Invoice,
    Milestone,
    RateProposal,
    RefundRequest,
    RetainerTerms,
    Timer,
    Week,
)
from invoices.models.invoice_rows import REMIND_BEFORE, UNPAID
from invoices.models.refund_request import MEDIATED_FOR
from invoices.models.refund_request_rows import REMIND_BEFORE as REMIND_OF_REQUEST
from invoices.queries import held_long
from invoices.queries.dormancy import next_quiet_moment
from invoices.queries.late_fees import coming_fee, that_may_cost
from payments.models import OpenItem
from payments.queries.late import next_steps


def next_due(*, after: datetime) -> datetime | None:
    """Return the next moment after which an offer, a review or a reminder is due."""
    reviews, asked = Invoice.objects.awaiting_approval(), RefundRequest.objects.asked()
    ends_at, remind_at = F("answered_at") + MEDIATED_FOR, F("answer_by") - REMIND_OF_REQUEST
    reminders = [
        reviews.filter(reminders__lte=sent).annotate(due_at=F("answer_by") - timedelta(days=days))
        for sent, days in enumerate(REMIND_BEFORE)
    ]
    moments = [
        first_after(
            after,
            (Contract.objects.filter(state=Contract.State.OFFERED), "expires_at"),
            (reviews, "answer_by"),
            (RateProposal.objects.open(), "answer_by"),
            (asked, "answer_by"),
            (asked.filter(reminded_at=None).annotate(due_at=remind_at), "due_at"),
            (RefundRequest.objects.mediated().annotate(due_at=ends_at), "due_at"),
            *((early, "due_at") for early in reminders),
        ),
        OpenItem.objects.next_letter_at(after=after),
    ]
    moments += [moment for moment in _of_weeks() if moment > after]
    begun = RetainerTerms.objects.filter(bills_on__gt=after.date())
    bills_on = begun.aggregate(first=Min("bills_on"))["first"]
    moments.append(midnight(bills_on) if bills_on else None)
    moments.append(Milestone.objects.next_hold_moment(after=after))
    moments.append(held_long.next_moment(after=after))
    moments += [moment for moment in _of_timers() if moment > after]
    moments += [moment for moment in _of_late_fees() if moment > after]
    moments.append(next_quiet_moment(after=after))
    moments += next_steps(after=after)
    return min((moment for moment in moments if moment), default=None)


def _of_late_fees() -> list[datetime]:
    owed = that_may_cost(Invoice.objects.all()).iterator(chunk_size=500)
    coming = [coming_fee(invoice) for invoice in owed]
    return [each.at for each in coming if each]


def _of_weeks() -> list[datetime]:
    """When each open week is billed, and when each that nobody paid is given up."""
    billed = Week.objects.filter(state=Week.State.OPEN).values_list("starts_on", flat=True)
    unpaid = Invoice.objects.asked_for().values_list("asked_since", flat=True)
    return [
        *(week_locks_at(monday) for monday in billed.distinct()),
        *(since + UNPAID for since in unpaid.distinct()),
    ]


def _of_timers() -> list[datetime]:
    """When each running timer crosses into the next week, and when it stops by itself."""
    running = Timer.objects.running()
    return [
        moment for it in running for moment in (it.stops_at, week_bounds(week_of(it.started_at))[1])
    ]
