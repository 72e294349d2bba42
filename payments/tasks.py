"""What the worker runs. A task fetches, calls one service, and may run twice."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from billing_site.platform.queue import later
from payments.queries import due
from payments.services import (
    answering,
    collecting,
    converting,
    earnings,
    evidence_files,
    exchange_rates,
    following,
    gaps,
    house_rates,
    inbox,
    matching,
    methods,
    outbox,
    paying_owed,
    promising,
    restricting,
    reviewing,
    schedules,
    sending,
    wanting,
)


def run_command(*, command_pk: int) -> None:
    outbox.run(command_pk, at=clock.now())


def call_again(*, command_pk: int) -> None:
    outbox.call_again(command_pk, at=clock.now())


def handle_event(*, event_pk: int) -> None:
    """Read an event as far as payments is concerned; settings name a task that sees more."""
    inbox.handle(event_pk, at=clock.now())


def pay_by_credit(*, charge_pk: int) -> None:
    """Pay a charge from credit, as far as payments is concerned; settings name who sees more."""
    following.paid_by_credit(charge_pk, at=clock.now())


def pay_by_transfer(*, transfer_pk: int) -> None:
    paying_owed.pay_by(transfer_pk, at=clock.now())


def review_collection(*, charge_pk: int) -> None:
    collecting.review(charge_pk, at=clock.now())


def prepare_evidence(*, chargeback_pk: int, answer: int) -> None:
    evidence_files.prepare(chargeback_pk, answer=answer, at=clock.now())


def send_payout(*, payout_pk: int) -> None:
    try:
        sending.send(payout_pk, at=clock.now())
    except NotAllowed:
        return  # It was cancelled, the sweep was faster, or it has to wait: the sweep asks again.


def remind_of_held(*, payout_pk: int) -> None:
    reviewing.remind(payout_pk, at=clock.now())


def remind_of_facts(*, payee_pk: int) -> None:
    wanting.remind(payee_pk, at=clock.now())


# What falls due, once a minute.


def fetch_rates(*, at: datetime) -> None:
    exchange_rates.fetch_when_due(at=at)
    house_rates.tell_of_ends(at=at)


def expire_quotes(*, at: datetime) -> None:
    converting.expire_due(at=at)


def make_available(*, at: datetime) -> None:
    earnings.make_available(at=at)


def end_restrictions(*, at: datetime) -> None:
    restricting.expire_due(at=at)


def withdraw_by_schedule(*, at: datetime) -> None:
    """What is due to be available by then is: another worker may not have got to it."""
    earnings.make_available(at=at)
    schedules.withdraw_due(at=at)


def send_payouts(*, at: datetime) -> None:
    sending.send_due(at=at)


def collect_due(*, at: datetime) -> None:
    collecting.collect_all_owed(at=at)
    collecting.try_due(at=at)


def give_up_transfers(*, at: datetime) -> None:
    promising.give_up_due(at=at)


def warn_of_expiry(*, at: datetime) -> None:
    methods.warn_due(at=at)


def remind_of_banks(*, at: datetime) -> None:
    answering.remind(at=at)
    evidence_files.send_in_time(at=at)


def run_stuck_commands(*, at: datetime) -> None:
    """Each is a job of its own: where the provider is slow, all would outlast the time of one."""
    outbox.run_stuck(at=at, call=_in_a_job)


def _in_a_job(command_pk: int, *, at: datetime) -> None:
    """Once at each moment of the platform's clock: one that is not to be called now stays due."""
    key = f"command/{command_pk}/{at.isoformat()}"
    with transaction.atomic():
        later("payments.tasks.call_again", key=key, command_pk=command_pk)


def retry_events(*, at: datetime) -> None:
    inbox.retry(at=at)


def fill_gaps(*, at: datetime) -> None:
    gaps.fill_when_due(at=at)


def compare_balances(*, at: datetime) -> None:
    matching.compare_when_due(at=at)


def next_due(*, after: datetime) -> datetime | None:
    """Return the first moment later than *after* at which one of these has something to do."""
    return due.next_due(after=after)
