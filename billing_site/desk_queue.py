"""What is open at the desk, for those who may do something about it: one cheap query each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from billing_site.people.models import User
from disputes.models import Decision, Dispute, Ticket
from disputes.models.sides import mediates, supervises
from invoices.models import WriteOff
from invoices.models.write_off import WRITE_OFF
from payments.models import (
    Chargeback,
    Debt,
    DebtWriteOff,
    FraudWarning,
    GatewayCommand,
    GatewayEvent,
    HouseRate,
    Payee,
    Payout,
    PayoutMethod,
    ReconciliationDifference,
    Restriction,
    StrayPayment,
)
from payments.models.chargeback import ANSWER
from payments.models.debt import WRITE_OFF as GIVE_UP_DEBTS
from payments.models.fraud_warning import DECIDE as DECIDE_WARNINGS
from payments.models.house_rate import DECIDE as DECIDE_RATES
from payments.models.payee import REVIEW as REVIEW_BANKS
from payments.models.payout import REVIEW as REVIEW_PAYOUTS
from payments.models.reconciliation import DECIDE as DECIDE_DIFFERENCES
from payments.models.restriction import RESTRICT
from payments.services.commands import TRY_AGAIN
from payments.services.inbox import READ_AGAIN
from payments.services.unmatched import DECIDE as DECIDE_STRAYS
from payments.services.waiting import RESUME

ANSWERED_WITHIN = timedelta(days=1)
ACTED_WITHIN = timedelta(days=1)
LOOKED_AT_WITHIN = timedelta(days=3)
ENDS_SOON = timedelta(days=2)
OWED_FOR_LONG = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Open:
    """One line of the queue: how many, how many of them late, and the nearest date."""

    words: str
    count: int
    late: int
    next_at: date | None
    url: str
    since: bool = False  # the date is since when the oldest waits


def open_work(user: User, *, at: datetime) -> list[Open]:
    """Return what waits for the people at the desk, as far as *user* may act on it."""
    return [
        *_cases(user, at=at),
        *_money(user, at=at),
        *_finance(user, at=at),
        *_provider(user, at=at),
        *_second_persons(user, at=at),
    ]


def _cases(user: User, *, at: datetime) -> Iterator[Open]:
    if mediates(user):
        ours, url = Dispute.objects.for_staff(), _list("disputes_dispute")
        mine, nobodys = ours.heard_by(user), ours.of_nobody()
        yield _by(mine, "Cases of yours", "act_by", f"{url}?waits_for=me", at=at)
        yield _by(nobodys, "Cases taken by nobody", "act_by", f"{url}?waits_for=nobody", at=at)
        yield _by(ours, "All cases that wait for us", "act_by", f"{url}?waits_for=us", at=at)
        second = ours.filter(pk__in=Decision.objects.to_confirm_by(user).values("dispute"))
        url = f"{url}?waits_for=second"
        yield _by(second, "Cases that need a second person", "act_by", url, at=at)
    if supervises(user):
        late, url = Dispute.objects.late(at=at), f"{_list('disputes_dispute')}?waits_for=late"
        yield _by(late, "Cases in which we are late", "act_by", url, at=at)
    asked = Ticket.objects.filter(state=Ticket.State.OPEN)
    url = f"{_list('disputes_ticket')}?waits_for=us"
    yield _since(asked, "Questions without an answer", "moved_at", url, at - ANSWERED_WITHIN)


def _money(user: User, *, at: datetime) -> Iterator[Open]:
    if user.has_perm(ANSWER):
        cases = Chargeback.objects.filter(state__in=Chargeback.ANSWERABLE, submitted_at=None)
        url = _list("payments_chargeback")
        yield _by(cases, "Chargebacks to answer", "answer_by", url, at=at)
        late = at - ACTED_WITHIN
        lost = Chargeback.objects.filter(state=Chargeback.State.LOST, taken_at=None)
        url = f"{url}?state__exact=lost&taken_at__isempty=1"
        old = lost.filter(closed_at__lt=late)  # the line comes within the hour
        yield _since(old, "Lost chargebacks that nobody took", "closed_at", url, late)
    if user.has_perm(RESTRICT):
        appeals = Restriction.objects.filter(state=Restriction.State.APPEALED)
        url = f"{_list('payments_restriction')}?waits=appeal"
        yield _by(appeals, "Appeals against restrictions", "answer_by", url, at=at)
    if user.has_perm(DECIDE_WARNINGS):
        warnings = FraudWarning.objects.filter(decided_at=None)
        url = f"{_list('payments_fraudwarning')}?decided_at__isempty=1"
        yield _since(warnings, "Payments that a bank suspects", "told_at", url, at - ACTED_WITHIN)


def _finance(user: User, *, at: datetime) -> Iterator[Open]:
    late = at - LOOKED_AT_WITHIN
    if user.has_perm(REVIEW_PAYOUTS):
        held = Payout.objects.filter(state=Payout.State.HELD)
        url = f"{_list('payments_payout')}?state__exact=held"
        yield _by(held, "Withdrawals that we hold", "review_on", url, at=at)
    if user.has_perm(REVIEW_BANKS):
        doubted = PayoutMethod.objects.present().filter(state=PayoutMethod.State.DOUBTED)
        url = f"{_list('payments_payoutmethod')}?state__exact=doubted&removed_at__isempty=1"
        yield _by(doubted, "Banks under another name", "review_on", url, at=at)
    if user.has_perm(DECIDE_DIFFERENCES):
        differences = ReconciliationDifference.objects.filter(finished_at=None)
        url = f"{_list('payments_reconciliationdifference')}?state__exact=open"
        yield _since(differences, "Differences from the provider", "found_at", url, late)
    if user.has_perm(DECIDE_STRAYS):
        strays = StrayPayment.objects.filter(matched_at=None, returned_at=None)
        url = f"{_list('payments_straypayment')}?matched_at__isempty=1&returned_at__isempty=1"
        yield _since(strays, "Payments in suspense", "received_at", url, late)
    if user.has_perm(GIVE_UP_DEBTS):
        debts, url = Debt.objects.all(), _list("payments_debt")
        yield _since(debts, "Debts of freelancers", "since", url, at - OWED_FOR_LONG)
    if user.has_perm(DECIDE_RATES):
        ending = HouseRate.objects.ending(at=at, within=ENDS_SOON)
        words = "Exchange rates of ours that end with none after them"
        yield _by(ending, words, "valid_until", _list("payments_houserate"), at=at)


def _provider(user: User, *, at: datetime) -> Iterator[Open]:
    """What went wrong between the provider and us, and goes on by somebody's word alone."""
    late = at - ACTED_WITHIN
    if user.has_perm(RESUME):
        url = f"{_list('payments_payee')}?short_at__isempty=0"
        short = Payee.objects.filter(short_at__isnull=False)
        yield _since(short, "Payees whose account is short", "short_at", url, late)
    if user.has_perm(READ_AGAIN):
        url = f"{_list('payments_gatewayevent')}?outcome=parked"
        parked = GatewayEvent.objects.parked()
        yield _since(parked, "Events that could not be read", "parked_at", url, late)
    if user.has_perm(TRY_AGAIN):
        url = f"{_list('payments_gatewaycommand')}?is_stuck__exact=1"
        stuck = GatewayCommand.objects.filter(is_stuck=True)
        yield _since(stuck, "Calls that are stuck", "created_at", url, late)


def _second_persons(user: User, *, at: datetime) -> Iterator[Open]:
    """What one of us asked for, and another one has to confirm: nobody's own."""
    late = at - LOOKED_AT_WITHIN
    if user.has_perm(ANSWER):
        asked = Chargeback.objects.filter(
            state__in=Chargeback.ANSWERABLE, give_up_asked_at__isnull=False, submitted_at=None
        ).exclude(give_up_asked_by=user)
        url = f"{_list('payments_chargeback')}?give_up_asked_at__isempty=0&closed_at__isempty=1"
        yield _since(asked, "Cases to give up, by a second person", "give_up_asked_at", url, late)
    if user.has_perm(WRITE_OFF):
        ours = WriteOff.objects.asked().filter(invoice__open_item__is_advanced=True)
        url = f"{_list('invoices_writeoff')}?state__exact=asked"
        words = "Write-offs, by a second person"
        yield _since(ours.exclude(asked_by=user), words, "asked_at", url, late)
    if user.has_perm(GIVE_UP_DEBTS):
        debts = DebtWriteOff.objects.open().exclude(asked_by=user)
        url = f"{_list('payments_debtwriteoff')}?decided_at__isempty=1"
        yield _since(debts, "Debts to give up, by a second person", "asked_at", url, late)
    if user.has_perm(DECIDE_RATES):
        entered = HouseRate.objects.open().exclude(entered_by=user)
        url = f"{_list('payments_houserate')}?decided_at__isempty=1"
        words = "Exchange rates, by a second person"
        yield _since(entered, words, "entered_at", url, at - ACTED_WITHIN)


def _by(found: QuerySet[Any], words: str, field: str, url: str, *, at: datetime) -> Open:
    """What has a date by which it is done."""
    today = at.date() if field.endswith("_on") else at
    late = Count("pk", filter=Q(**{f"{field}__lt": today}))
    told = found.aggregate(count=Count("pk"), late=late, next_at=Min(field))
    return Open(words, told["count"], told["late"], told["next_at"], url)


def _since(found: QuerySet[Any], words: str, field: str, url: str, late: datetime) -> Open:
    """What waits since a moment, and is late when that was before *late*."""
    told = found.aggregate(
        count=Count("pk"),
        late=Count("pk", filter=Q(**{f"{field}__lt": late})),
        next_at=Min(field),
    )
    return Open(words, told["count"], told["late"], told["next_at"], url, since=True)


def _list(model: str) -> str:
    return reverse(f"admin:{model}_changelist")
