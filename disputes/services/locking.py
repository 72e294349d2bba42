"""A dispute is locked before all that it is about."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from disputes.models import Dispute, Side
from invoices.services.telling import date_words

SILENT = {  # where silence has decided once the clock has run out
    Dispute.State.PROPOSED: "silence accepted the proposal",
    Dispute.State.DECIDED: "the decision stands",
    Dispute.State.UNRESOLVED: "the last proposal stands",
    Dispute.State.ARBITRATION_PENDING: "the side that chose arbitration gets the money",
}
LEAST_REASON = 20  # characters


def lock(dispute_id: int) -> Dispute:
    dispute = Dispute.objects.lock(dispute_id)
    dispute.escrow  # noqa: B018 - what it is called is read before anything changes
    return dispute


def side_of(dispute: Dispute, user: User) -> Side:
    """:raises NotYours: *user* speaks for neither side."""
    side = dispute.side_of(user)
    if side is None:
        raise NotYours(f"It is not for {user} to speak in {dispute}.")
    return side


def check_running(dispute: Dispute, *, at: datetime) -> None:
    """A late sweep is no reason to take back what silence has decided.

    :raises WrongState: it is closed, or its time is over.
    """
    if not dispute.is_running:
        raise WrongState(f"{_capital(dispute)} is over: it is {dispute.get_state_display()}.")
    words = SILENT.get(Dispute.State(dispute.state))
    if words and dispute.act_by and at >= dispute.act_by:
        raise WrongState(f"The time ended on {date_words(dispute.act_by)}: {words}.")


def check_reason(reason: str) -> str:
    """:raises NotAllowed: both sides read why, so there has to be something to read."""
    reason = reason.strip()
    if len(reason) < LEAST_REASON:
        raise NotAllowed(f"Say why, in at least {LEAST_REASON} characters: both sides read it.")
    return reason


def _capital(dispute: Dispute) -> str:
    words = str(dispute)
    return words[0].upper() + words[1:]
