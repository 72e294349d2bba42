"""Who of our staff is called to a case: notices that lead to its desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse

from billing_site.kernel.transitions import NotYours
from billing_site.people import staff
from billing_site.people.models import User
from billing_site.platform import notices
from disputes.models import Decision, Dispute
from disputes.models.dispute_rows import HEARD
from disputes.models.sides import MEDIATE, SUPERVISE
from disputes.services.bench import check_neutral, check_second, check_sides
from invoices.services.telling import date_words


def tell_of_lateness(dispute: Dispute, deadline: datetime, *, at: datetime) -> None:
    """Whoever hears it did nothing in time: supervisors look."""
    who = dispute.who_hears or "Nobody"
    staff.tell(
        SUPERVISE,
        text=f"Late since {date_words(deadline)}: {_case(dispute)}. Heard by: {who}.",
        url=_desk(dispute),
        key=f"dispute/{dispute.ref}/late/{deadline:%Y-%m-%dT%H:%M}",
        at=at,
        if_=lambda user: _is_let(check_sides, dispute, user),
    )


def tell_of_waiting(decision: Decision, dispute: Dispute, *, at: datetime) -> None:
    """It is above its maker's cap: whoever may confirm it is called."""
    what = decision.get_stage_display()
    staff.tell(
        MEDIATE,
        text=f"The {what} of {decision.by} waits for a second person: {_case(dispute)}.",
        url=_desk(dispute),
        key=f"decision/{decision.ref}/waits",
        at=at,
        if_=lambda user: _is_let(check_second, decision, dispute, by=user),
    )


def tell_of_return(decision: Decision, dispute: Dispute, *, by: User, at: datetime) -> None:
    """It was sent back: its maker thinks again."""
    what = decision.get_stage_display()
    _tell(
        dispute,
        decision.by,
        f"{by} sent your {what} back: {_case(dispute)}. The reason is in the case.",
        key=f"decision/{decision.ref}/back",
        at=at,
    )


def tell_of_handing(dispute: Dispute, to: User, *, by: User, at: datetime) -> None:
    key = f"dispute/{dispute.ref}/handed/{to.pk}/{at:%Y-%m-%dT%H:%M:%S}"
    _tell(dispute, to, f"{by} gave you {_case(dispute)}.", key=key, at=at)


def tell_mediator(dispute: Dispute, words: str, *, key: str, at: datetime) -> None:
    """What a side did, to who hears the case now, if somebody does."""
    if dispute.state in HEARD and (hears := dispute.who_hears):
        text, key = f"{words}: {_case(dispute)}.", f"dispute/{dispute.ref}/{key}"
        _tell(dispute, hears, text, key=key, at=at)


def tell_of_appeal(dispute: Dispute, until: datetime, *, at: datetime) -> None:
    """Somebody hears it anew: whoever has not ruled in it, and belongs to no side."""
    staff.tell(
        MEDIATE,
        text=f"Appealed: {_case(dispute)}. It is to be decided by {date_words(until)}.",
        url=_desk(dispute),
        key=f"dispute/{dispute.ref}/appealed",
        at=at,
        if_=lambda user: _is_let(check_neutral, dispute, user),
    )


def _is_let(check: Callable[..., None], *about: object, **by: User) -> bool:
    """Whether a check of neutrality lets somebody pass."""
    try:
        check(*about, **by)
    except NotYours:
        return False
    return True


def _tell(dispute: Dispute, user: User, text: str, *, key: str, at: datetime) -> None:
    notices.tell(users=[user.pk], text=text, url=_desk(dispute), key=key, at=at)


def _case(dispute: Dispute) -> str:
    return f"the case about “{dispute.escrow.title}”"


def _desk(dispute: Dispute) -> str:
    return reverse("admin:disputes_dispute_desk", args=[dispute.ref])
