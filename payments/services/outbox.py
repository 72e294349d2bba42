"""Calling the gateway: committed before, called outside any transaction, recorded after.

A crash between the steps leaves a row that says where we were, and the same key asks again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from billing_site.people.models import Organization, User
from payments.gateways import patience
from payments.gateways.base import (
    Busy,
    Declined,
    GatewayError,
    HostedPage,
    InsufficientFunds,
    InvalidRequest,
    KeyReused,
    NeedsAction,
    NotLetIn,
    OutcomeUnknown,
    PaymentState,
    Status,
)
from payments.models import Charge, GatewayCommand
from payments.services import breaker, charging, collecting, methods, payees
from payments.services.calls import CALLS
from payments.services.commands import (
    answer_to,
    ask_anew_later,
    assert_outside_transactions,
    done_after_all,
    enqueue,
    gateway_of,
    has_waited,
    in_short,
)
from payments.services.looking_up import REPEATABLE, LooksUp

logger = logging.getLogger(__name__)
State = GatewayCommand.State

LEASE = timedelta(seconds=60)  # nobody else calls meanwhile; a job ends after as long
PAUSES = [timedelta(seconds=s) for s in (10, 30, 60, 300)]  # so that all drains soon after
KEYS_LIVE = timedelta(hours=23)  # gateways forget keys after 24: then the same call is a new deed


def run(command_id: int, *, at: datetime) -> Any:
    """Make the call if it is due and nobody is at it; return the answer, or None without one.

    A provider that has not answered lately is not called: the sweep does it a minute later.
    """
    gateway = gateway_of(command_id)
    is_awaited = patience.left() is not None
    line = breaker.line_to(gateway.name, is_awaited=is_awaited, at=at) if gateway else ""
    command = _claim(command_id, at) if line else None
    if gateway is None or command is None:
        return None
    assert_outside_transactions()
    try:
        with breaker.listening(line, at=at):
            answer = CALLS[command.kind].make(gateway, command, at=at)
    except (Declined, InvalidRequest, NeedsAction) as refusal:
        _refused(command, refusal, at)
    except KeyReused as bug:
        logger.exception("Command %s asks something else under the same key", command)
        _postpone(command, bug, at, state=State.UNKNOWN, is_stuck=True)
    except InsufficientFunds as short:
        if has_waited(command, times=CALLS[command.kind].waits_for_funds, at=at):
            _refused(command, short, at)
        else:
            _postpone(command, short, at, state=State.QUEUED)
    except (Busy, OutcomeUnknown) as silence:
        _postpone(command, silence, at, state=State.UNKNOWN)
    except Exception as bug:
        _postpone(command, bug, at, state=State.UNKNOWN)
        raise
    else:
        _answered(command, answer, at)
        return answer
    return None


@patience.somebody_waits()
def open_page(charge_id: int, *, at: datetime) -> HostedPage | None:
    """Return the page where a charge is paid, asking for it if need be.

    None: there was no answer in time. It is asked for again; show a page that waits. Or credit
    pays all of it, which takes a moment too; or nobody is to pay it on a page of its own now.
    """
    charge = Charge.objects.get(pk=charge_id)
    command = charging.checkout_command(charge)
    if not charge.asked or command is None:
        return None
    run(command.pk, at=at)
    charge = Charge.objects.get(pk=charge_id)
    if charge.is_payable and charge.page_expires_at and charge.page_expires_at > at:
        return HostedPage(charge.page_url, charge.session_id, charge.page_expires_at)
    return None


@patience.somebody_waits()
def open_page_of_collected(charge_id: int, *, by: User, at: datetime) -> HostedPage | None:
    """Return the page where a charge that waits is paid, or what is left of it; None: see above.

    :raises NotYours: *by* may not pay so much for this client.
    :raises NotAllowed: it is being charged, or is not to be paid any more.
    """
    charge = collecting.ask_for_page(charge_id, by=by, at=at)
    return open_page(charge.pk, at=at)


@patience.somebody_waits()
def open_onboarding(organization: Organization, *, by: User, at: datetime) -> HostedPage | None:
    """Return where an organization says how it is paid. :raises NotYours, NotAllowed: refused."""
    command = payees.begin(organization, by=by, at=at)
    if command.kind == GatewayCommand.Kind.CREATE_PAYEE:
        if answer_to(command, run(command.pk, at=at)) is None:
            return None
        command = command.payee.commands.latest("pk")  # type: ignore[union-attr] # it is a payee's
    return answer_to(command, run(command.pk, at=at))


@patience.somebody_waits()
def open_method_setup(organization: Organization, *, by: User, at: datetime) -> HostedPage | None:
    """Return where an organization saves a way to pay. :raises NotYours, NotAllowed: refused."""
    command = methods.begin_setup(organization, by=by, at=at)
    return answer_to(command, run(command.pk, at=at))


def call_again(command_id: int, *, at: datetime) -> None:
    """Call what was never answered; the same key asks again.

    What was first sent too long ago is looked up, and only asked for anew if it was never done:
    the gateway has forgotten its key, and would do it a second time.
    """
    old = GatewayCommand.objects.filter(pk=command_id, first_sent_at__lt=at - KEYS_LIVE)
    doubted = old.filter(state__in=[State.SENT, State.UNKNOWN]).exclude(kind__in=REPEATABLE)
    (_look_up if doubted.exists() else run)(command_id, at=at)


def run_stuck(*, at: datetime, call: Callable[..., object] = call_again) -> list[GatewayCommand]:
    """Have *call* make each call that is due and was never answered, each by itself."""
    due = list(GatewayCommand.objects.due(at=at))
    for command in due:
        try:
            call(command.pk, at=at)
        except Exception:
            logger.exception("Command %s failed", command)
    return due


def _look_up(command_id: int, *, at: datetime) -> None:
    """Find out whether a call was done whose key is forgotten; it is never just made again."""
    gateway = gateway_of(command_id)
    command = _claim(command_id, at) if gateway else None
    if gateway is None or command is None:
        return
    assert command.first_sent_at, "It was sent, so this was noted."
    assert_outside_transactions()
    looks: Any = LooksUp(gateway, since=command.first_sent_at)
    try:
        found = CALLS[command.kind].ask(looks, command.params, command.key)
    except Exception as silence:
        _postpone(command, silence, at, state=State.UNKNOWN)
        raise
    if found is None:
        _ask_anew(command, at)
    elif isinstance(found, PaymentState) and found.status in {Status.FAILED, Status.CANCELLED}:
        _refused(command, Declined("refused", user_message=found.problem), at)
    else:
        _answered(command, found, at)


@transaction.atomic(durable=True)
def _ask_anew(command: GatewayCommand, at: datetime) -> None:
    """It was never done: another command asks, under a key that stands for nothing yet."""
    command = GatewayCommand.objects.lock(command.pk)
    if command.state not in GatewayCommand.OPEN:
        return
    logger.error("Command %s was never done: it is asked for anew", command)
    command.state, command.answered_at = State.REFUSED, at
    command.last_error = "It was never done, and is asked for anew."
    command.save()
    kind = GatewayCommand.Kind(command.kind)
    enqueue(kind, command.subject, command.params, at=at, gateway=command.gateway)


@transaction.atomic(durable=True)
def _claim(command_id: int, at: datetime) -> GatewayCommand | None:
    command = GatewayCommand.objects.lock(command_id)
    is_fresh = command.state == State.QUEUED and command.attempts == 0
    is_due = command.state in GatewayCommand.OPEN and command.next_try_at <= at
    if command.is_stuck or not (is_fresh or is_due):
        return None
    command.state, command.next_try_at = State.SENT, at + LEASE
    command.attempts += 1
    command.first_sent_at = command.first_sent_at or at
    command.save()
    return command


@transaction.atomic(durable=True)
def _answered(command: GatewayCommand, answer: Any, at: datetime) -> None:
    command = GatewayCommand.objects.lock(command.pk)
    if command.state in GatewayCommand.OPEN:
        command.gateway_object = CALLS[command.kind].answered(command, answer, at)
        command.state, command.answered_at, command.last_error = State.DONE, at, ""
        command.save()
    else:  # Answered twice under one key, it is the same answer.
        done_after_all(command)


@transaction.atomic(durable=True)
def _refused(command: GatewayCommand, refusal: GatewayError, at: datetime) -> None:
    command = GatewayCommand.objects.lock(command.pk)
    if command.state not in GatewayCommand.OPEN:
        return
    command.state, command.answered_at, command.last_error = State.REFUSED, at, in_short(refusal)
    command.save()
    CALLS[command.kind].refused(command, refusal, at)


@transaction.atomic(durable=True)
def _postpone(
    command: GatewayCommand,
    error: Exception,
    at: datetime,
    *,
    state: GatewayCommand.State,
    is_stuck: bool = False,
) -> None:
    command = GatewayCommand.objects.lock(command.pk)
    if command.state not in GatewayCommand.OPEN:
        return
    command.state, command.is_stuck, command.last_error = state, is_stuck, in_short(error)
    if isinstance(error, NotLetIn) and command.first_sent_at == at == command.next_try_at - LEASE:
        command.first_sent_at = None  # Nothing was done, and nobody has called again meanwhile.
    command.next_try_at = at + PAUSES[min(command.attempts, len(PAUSES)) - 1]
    if state == State.QUEUED:
        ask_anew_later(command, at=at)
    command.save()
    if isinstance(error, InsufficientFunds):
        CALLS[command.kind].short(command, at)
