"""What we are going to ask the gateway, written down with the reason for asking."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people import staff
from billing_site.people.models import User
from billing_site.platform import audit
from billing_site.platform.queue import later
from payments import gateways
from payments.gateways.base import Gateway, InsufficientFunds
from payments.models import Charge, Chargeback, GatewayCommand, Payee, Payer, Payout, Refund

TRY_AGAIN = "payments.change_gatewaycommand"
logger = logging.getLogger(__name__)
NO_PAGE = (
    "Our payment provider does not open this page for you. Trying again does not help: write to"
    " us, and we find out why. Nothing was changed."
)
# The door that asked runs the command itself; what it left lying for so long, the worker takes.
DOOR_TIME = timedelta(seconds=30)
FUNDS_PAUSE = timedelta(hours=1)  # until more of the balance has settled
FUNDS_REST = timedelta(minutes=10)  # at least, however often the provider tells of more


def enqueue(
    kind: GatewayCommand.Kind,
    subject: Charge | Refund | Payout | Payee | Payer | Chargeback,
    params: dict[str, Any],
    *,
    at: datetime,
    by_door: bool = False,
    gateway: str = "",
) -> GatewayCommand:
    """Promise a call, in the transaction of its cause. A new try is a new generation.

    Generations are counted: whoever may be beside another one who asks holds *subject*.
    *by_door*: somebody waits for the answer and will run it as soon as we commit. It goes to
    the *gateway* of the moment, whatever settings say later: no other knows what it is about.
    """
    assert connection.in_atomic_block, "The promise and its cause stand and fall together."
    about = {type(subject).__name__.lower(): subject}
    generation = GatewayCommand.objects.filter(kind=kind, **about).count() + 1
    command = GatewayCommand.objects.create(
        kind=kind,
        params=params,
        gateway=gateway or gateways.current().name,
        generation=generation,
        key=f"{kind}:{subject.ref}:{generation}",
        created_at=at,
        next_try_at=at + DOOR_TIME if by_door else at,
        **about,
    )
    if not by_door:
        later("payments.tasks.run_command", command_pk=command.pk)
    return command


def ask_anew_later(command: GatewayCommand, *, at: datetime) -> GatewayCommand:
    """Our balance did not hold it. The provider keeps that answer for the key: take the next one.

    Nothing of the call is in doubt. The caller holds *command*, and saves it. How long and how
    often it has been tried goes on with the new one.
    """
    kind = GatewayCommand.Kind(command.kind)
    command.state, command.answered_at = GatewayCommand.State.REFUSED, at
    again = enqueue(
        kind, command.subject, command.params, at=at, by_door=True, gateway=command.gateway
    )
    again.created_at, again.attempts = command.created_at, command.attempts
    again.last_error, again.next_try_at = command.last_error, at + FUNDS_PAUSE
    again.save()
    return again


def done_after_all(command: GatewayCommand) -> None:
    """A worker was refused and asked anew, while another one of the same call was not: look.

    What asks anew would do it a second time, so nothing calls it before a person has looked.
    The caller holds *command*, which may also just have been answered twice.
    """
    if command.state != GatewayCommand.State.REFUSED:
        return
    logger.error("Command %s was done after it had been refused", command)
    again = command.subject.commands.filter(kind=command.kind, generation__gt=command.generation)
    again.filter(state__in=GatewayCommand.OPEN).update(
        is_stuck=True, last_error=f"{command} was done after all: this would do it twice."
    )


@transaction.atomic
def let_go_on(*, gateway: str, account: str, at: datetime) -> list[int]:
    """The provider has more funds of a payee's *account*, or of ours: ask for what waits for them.

    Each try leaves a row, so what was tried a moment ago is asked for when it has rested; what
    is asked for that soon anyway is left alone.
    """
    waiting = GatewayCommand.objects.waiting_for_funds(account).filter(gateway=gateway)
    until_rested = FUNDS_PAUSE - FUNDS_REST
    just_tried = waiting.filter(next_try_at__gt=at + until_rested)
    just_tried.update(next_try_at=F("next_try_at") - until_rested)
    soon_anyway = Q(next_try_at__gt=at, next_try_at__lte=at + FUNDS_REST)
    found = list(waiting.exclude(soon_anyway).order_by("pk").values_list("pk", flat=True))
    waiting.filter(pk__in=found).update(next_try_at=at)
    for pk in found:
        later("payments.tasks.call_again", key=f"command/{pk}/{at.isoformat()}", command_pk=pk)
    return found


@transaction.atomic
def try_again(command_id: int, *, reason: str, by: User, at: datetime) -> GatewayCommand:
    """A person has looked: have a stuck call made once more, under the same key.

    What the gateway has forgotten meanwhile is looked up first, as always.

    :raises NotYours: *by* is not of finance operations.
    :raises WrongState: it is not stuck: it was answered, or is tried anyway.
    """
    command = GatewayCommand.objects.lock(command_id)
    if not staff.holds(by, TRY_AGAIN):
        raise NotYours(f"It is not for {by} to have {command} called again.")
    if not command.is_stuck:
        raise WrongState(f"{command} is not stuck: it is {command.get_state_display()}.")
    command.is_stuck, command.attempts, command.next_try_at = False, 0, at
    command.save(update_fields=["is_stuck", "attempts", "next_try_at"])
    audit.record(by, "command.tried_again", f"command/{command.key}", at=at, reason=reason)
    return command


def gateway_of(command_id: int) -> Gateway | None:
    """The one that the command was written for; None where settings do not name it any more."""
    name = GatewayCommand.objects.values_list("gateway", flat=True).get(pk=command_id)
    try:
        return gateways.by_name(name)
    except LookupError:
        logger.warning("Command %s waits for the gateway %s, which is not there", command_id, name)
        return None


def answer_to(command: GatewayCommand, answer: Any) -> Any:
    """Return the *answer* that somebody waits for; None: there is none yet.

    :raises NotAllowed: the provider has answered, and said no, which is no silence.
    """
    command.refresh_from_db()
    if answer is None and command.state == GatewayCommand.State.REFUSED:
        raise NotAllowed(NO_PAGE)
    return answer


def assert_outside_transactions() -> None:
    """A gateway that answers slowly must not hold our locks, nor be believed when we roll back."""
    blocks = connection.atomic_blocks
    ours = [block for block in blocks if not getattr(block, "_from_testcase", False)]
    assert not ours, "Commit the command first, then call."


def has_waited(command: GatewayCommand, *, times: int, at: datetime) -> bool:
    """Whether it has been tried often enough for want of funds, by the hours that that takes.

    The try before this one ended so, too: tries without an answer say nothing of funds.
    """
    was_short = command.last_error.startswith(InsufficientFunds.__name__)
    return was_short and at >= command.created_at + FUNDS_PAUSE * (times - 1)


def in_short(error: Exception) -> str:
    """What stands on the command for the desk; its beginning says what kind of error it was."""
    return f"{type(error).__name__}: {error}"[:500]
