"""Who hears a case: somebody neutral who has taken it, and does what was looked at."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import Membership, User
from disputes.models import Decision, Dispute, Proposal
from disputes.models.dispute_rows import HEARD
from disputes.models.sides import mediates
from disputes.queries.settlement_preview import is_planned
from disputes.services.locking import lock
from invoices.services.telling import date_words


def heard_by(dispute_id: int, by: User, *, among: Collection[str] = HEARD) -> Dispute:
    """Lock a case that *by* has taken and hears.

    :raises NotYours: another one has it, or *by* has come to belong to a side.
    """
    dispute = lock(dispute_id)
    if dispute.state not in among:
        raise WrongState(f"No mediator is to act: it is {dispute.get_state_display()}.")
    if not dispute.who_mediates(by):
        raise NotYours(f"It is {dispute.who_hears or 'nobody'}'s case: take it first.")
    check_sides(dispute, by)
    return dispute


def check_neutral(dispute: Dispute, user: User) -> None:
    """:raises NotYours: *user* mediates nothing, belongs to a side, or judged it before."""
    if not mediates(user):
        raise NotYours(f"{user} is no mediator.")
    check_sides(dispute, user)
    judged = dispute.decisions.filter(by=user) | dispute.decisions.filter(confirmed_by=user)
    if judged.exists() or Proposal.objects.filter(dispute=dispute, by=user).exists():
        raise NotYours(f"{user} has proposed or decided in this case: somebody else hears it.")


def check_second(decision: Decision, dispute: Dispute, *, by: User) -> None:
    """:raises NotYours: *by* made it, mediates nothing, or is not neutral."""
    if by.pk == decision.by_id or not mediates(by):
        raise NotYours("Somebody else who mediates confirms it.")
    check_neutral(dispute, by)


def check_sides(dispute: Dispute, user: User) -> None:
    """Asked again before each act: who has a case may come to belong to a side of it later.

    :raises NotYours: *user* belongs or belonged to one of the two.
    """
    sides = (dispute.contract.client_id, dispute.contract.freelancer_id)
    if Membership.objects.filter(user=user, organization__in=sides).exists():
        raise NotYours(f"{user} belongs or belonged to one of the sides.")


def check_nothing_waits(dispute: Dispute) -> None:
    """The clock stands for whoever was asked, and a second person is not overtaken.

    :raises WrongState: a question is open, or a proposal or decision is to be confirmed.
    """
    if asked := dispute.questions.open().first():
        who, until = dispute.organization_of(asked.side), date_words(asked.answer_by)
        raise WrongState(f"{who} was asked, and has until {until} to answer.")
    if waiting := dispute.decisions.to_confirm().first():
        raise WrongState(f"The {waiting.get_stage_display()} waits for a second person already.")


def check_plan(dispute: Dispute, figure: Money, plan_hash: str, *, at: datetime) -> None:
    """:raises NotAllowed: what would be done is not what was looked at."""
    if not is_planned(dispute, figure, plan_hash, at=at):
        raise NotAllowed("What this would do has changed meanwhile: look at it again.")
