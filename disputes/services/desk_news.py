"""Who of our staff is called to a case: notices that lead to its desk."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from billing_site.kernel.transitions import NotYours
from billing_site.people import staff
from billing_site.people.models import User
from billing_site.platform import notices
from disputes.models import Decision, Dispute
from disputes.models.sides import MEDIATE, SUPERVISE
from disputes.services.bench import check_second, check_sides
from invoices.services.telling import date_words


def tell_of_lateness(dispute: Dispute, deadline: datetime, *, at: datetime) -> None:
    """Its mediator did nothing in time: supervisors look."""

    def is_neutral(user: User) -> bool:
        try:
            check_sides(dispute, user)
        except NotYours:
            return False
        return True

    who = dispute.mediator or "Nobody"
    staff.tell(
        SUPERVISE,
        text=f"Late since {date_words(deadline)}: {_case(dispute)}. Heard by: {who}.",
        url=_desk(dispute),
        key=f"dispute/{dispute.ref}/late/{deadline:%Y-%m-%dT%H:%M}",
        at=at,
        if_=is_neutral,
    )


def tell_of_waiting(decision: Decision, dispute: Dispute, *, at: datetime) -> None:
    """It is above its maker's cap: whoever may confirm it is called."""

    def may_confirm(user: User) -> bool:
        try:
            check_second(decision, dispute, by=user)
        except NotYours:
            return False
        return True

    what = decision.get_stage_display()
    staff.tell(
        MEDIATE,
        text=f"The {what} of {decision.by} waits for a second person: {_case(dispute)}.",
        url=_desk(dispute),
        key=f"decision/{decision.ref}/waits",
        at=at,
        if_=may_confirm,
    )


def tell_of_return(decision: Decision, dispute: Dispute, *, by: User, at: datetime) -> None:
    """It was sent back: its maker thinks again."""
    what = decision.get_stage_display()
    _tell(
        dispute,
        decision.by,
        f"{by} sent your {what} back: {_case(dispute)}. Why stands in the case.",
        key=f"decision/{decision.ref}/back",
        at=at,
    )


def tell_of_handing(dispute: Dispute, to: User, *, by: User, at: datetime) -> None:
    key = f"dispute/{dispute.ref}/handed/{to.pk}/{at:%Y-%m-%dT%H:%M:%S}"
    _tell(dispute, to, f"{by} gave you {_case(dispute)}.", key=key, at=at)


def _tell(dispute: Dispute, user: User, text: str, *, key: str, at: datetime) -> None:
    notices.tell(users=[user.pk], text=text, url=_desk(dispute), key=key, at=at)


def _case(dispute: Dispute) -> str:
    return f"the case about “{dispute.escrow.title}”"


def _desk(dispute: Dispute) -> str:
    return reverse("admin:disputes_dispute_desk", args=[dispute.ref])
