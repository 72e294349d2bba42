"""Withdrawing by itself: on the days that a freelancer chose, all of it, where it is enough."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from billing_site.kernel.money import Money, show, to_minor
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform import audit
from ledger.queries.balances import balance_as_of, spendable
from payments.cadence import Rhythm, next_moment
from payments.models import Lot, Payee, Payout, PayoutMethod, PayoutSchedule, Quote
from payments.queries.available import brought
from payments.services import payouts, telling

logger = logging.getLogger(__name__)
BY_ITSELF = SYSTEM("it is a day of their schedule")
# What has been available for so long is withdrawn however little it is.
OLD = timedelta(days=180)


@transaction.atomic
def choose(
    organization: Organization,
    *,
    rhythm: Rhythm,
    method: PayoutMethod | None,
    minimum: Money,
    by: User,
    at: datetime,
) -> PayoutSchedule:
    """Withdraw from now on in this *rhythm*, to *method*, when at least *minimum* is available.

    :raises NotYours: *by* may not withdraw for this organization.
    :raises NotAllowed: there is no such bank of theirs, or it takes another currency.
    """
    if not may(by, Deed.WITHDRAW, organization):
        raise NotYours(f"It is not for {by} to withdraw what {organization} earned.")
    if rhythm != Rhythm.BY_HAND:
        _check(organization, method, minimum)
    schedule, _ = PayoutSchedule.objects.update_or_create(
        organization=organization,
        defaults={
            "rhythm": rhythm,
            "method": None if rhythm == Rhythm.BY_HAND else method,
            "currency": str(minimum.currency),
            "minimum": minimum,
            "next_at": next_moment(rhythm, after=at),
            "chosen_at": at,
            "chosen_by": by,
            "skipped": "",
            "skipped_on": None,
        },
    )
    about = f"organization/{organization.ref}"
    audit.record(by, "payout_schedule.chosen", about, at=at, rhythm=str(rhythm))
    return schedule


def withdraw_due(*, at: datetime) -> list[Payout]:
    """Withdraw for every day that was due by *at*, the earliest first, each as of its own noon.

    After a standstill every missed day has its turn. One that goes wrong keeps no other waiting.
    """
    made: list[Payout] = []
    stuck: list[int] = []
    waiting = PayoutSchedule.objects.due(at=at).values_list("pk", flat=True)
    while due := list(waiting.exclude(pk__in=stuck)):
        for pk in due:
            try:
                payout = withdraw(pk, at=at)
            except Exception:
                logger.exception("Could not follow payout schedule %s", pk)
                stuck.append(pk)
            else:
                made += [payout] if payout else []
    return made


@transaction.atomic
def withdraw(schedule_id: int, *, at: datetime) -> Payout | None:
    """Do what the day that is due wants; None: another sweep was faster, or nothing is withdrawn.

    This posts: call it last.
    """
    schedule = PayoutSchedule.objects.lock(schedule_id)
    due = schedule.next_at
    if due is None or due > at:
        return None
    assert schedule.method, "The database sees to it."
    schedule.next_at = next_moment(schedule.rhythm, after=due)
    # Somebody may withdraw by hand at this moment: what is left is known once they are done.
    Payee.objects.lock_if_there(schedule.organization_id)
    amount = _there_was(schedule, due)
    schedule.skipped = _why_not(schedule, amount, due, at=at)
    schedule.skipped_on = due.date() if schedule.skipped else None
    schedule.save()
    if schedule.skipped:
        return None
    try:
        with transaction.atomic():
            return payouts.make(
                organization=schedule.organization,
                method=schedule.method,
                amount=amount,
                by=BY_ITSELF,
                at=due,
                schedule=schedule,
                seen_at=at,
            )
    except payouts.JustUsed:
        raise  # The next sweep withdraws what is left by then.
    except NotAllowed as refusal:
        schedule.skipped, schedule.skipped_on = str(refusal)[:300], due.date()
        schedule.save(update_fields=["skipped", "skipped_on"])
        telling.payout_skipped(schedule, at=due)
        return None


def _check(organization: Organization, method: PayoutMethod | None, minimum: Money) -> None:
    if method is None:
        raise NotAllowed("Say to which of your banks it is paid.")
    if method.organization_id != organization.pk or method.removed_at is not None:
        raise NotAllowed(f"{method} is not a bank that you are paid to.")
    if str(minimum.currency) != method.currency:
        raise NotAllowed(f"{method} takes {method.currency}.")


def _there_was(schedule: PayoutSchedule, due: datetime) -> Money:
    """What was available at that noon and still is, and that no bank may get back."""
    code = f"freelancer:{schedule.organization_id}:available"
    then = balance_as_of(code, schedule.currency, at=due)
    return min(then, spendable(code, schedule.currency))


def _why_not(schedule: PayoutSchedule, amount: Money, due: datetime, *, at: datetime) -> str:
    if amount.amount <= 0:
        return "Nothing was available."
    if amount >= schedule.minimum or _is_old(schedule, amount, due, at=at):
        return ""
    return f"{show(amount)} was available, less than the {show(schedule.minimum)} that you chose."


def _is_old(schedule: PayoutSchedule, amount: Money, due: datetime, *, at: datetime) -> bool:
    """Whether some of it became available half a year ago: what came since does not explain it.

    It came from earnings, less what was kept of them for a debt, or was converted for a
    withdrawal that was taken or sent back.
    """
    window = (due - OLD + timedelta.resolution, due)
    lots = Lot.objects.filter(freelancer=schedule.organization_id, currency=schedule.currency)
    quotes = Quote.objects.used_by(schedule.organization).filter(
        into_currency=schedule.currency,
        payout__state__in=[Payout.State.CANCELLED, Payout.State.FAILED],
    )
    came = brought(schedule.organization_id, schedule.currency, until=at)
    earned = sum(came[lot.ref] for lot in lots.filter(made_available_at__range=window))
    converted = sum(to_minor(each.into) for each in quotes.filter(used_at__range=window))
    return to_minor(amount) > earned + converted
