"""News of a restriction: to those of the organization who deal with it, or to the person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from billing_site.people import mailing, staff
from billing_site.people.access import Deed
from billing_site.people.models import Organization, User
from payments.models import Restriction
from payments.models.restriction import RESTRICT
from payments.queries.late import late_of


def restricted(restriction: Restriction, ahead: Sequence[str], *, at: datetime) -> None:
    """*ahead*: what else follows from not paying, and when."""
    subject = f"What {restriction.subject} cannot do for now"
    key = f"set/{len(restriction.scopes)}"
    late = late_of(restriction.organization_id or 0) if restriction.is_unpaid else []
    owed = [each.words for each in late]
    _tell(restriction, "restriction_set", subject, key=key, at=at, ahead=ahead, owed=owed)


def appealed(restriction: Restriction, *, at: datetime) -> None:
    """Whoever may decide is asked, but for who set it; whom it restricts reads by when."""
    subject = f"We look at it a second time, until {restriction.answer_by:%-d %B %Y}"
    _tell(restriction, "restriction_appealed", subject, key="appealed", at=at)
    staff.tell(
        RESTRICT,
        if_=restriction.may_decide,
        text=f"{restriction.subject} asks for a second look at what they cannot do.",
        url=reverse("admin:payments_restriction_change", args=[restriction.pk]),
        key=f"restriction/{restriction.ref}/asked",
        at=at,
    )


def kept(restriction: Restriction, *, at: datetime) -> None:
    subject = "We looked at it a second time: it stays"
    _tell(restriction, "restriction_kept", subject, key="kept", at=at)


def ended(restriction: Restriction, why: str, *, at: datetime) -> None:
    """What another restriction forbids as well stays forbidden, and is not said to be open."""
    others = Restriction.objects.standing().exclude(pk=restriction.pk)
    others = others.filter(organization=restriction.organization_id, user=restriction.user_id)
    closed = {scope for each in others for scope in each.scopes}
    what = [
        restriction.words_of(scope)
        for scope in Restriction.Scope
        if scope in restriction.scopes and scope not in closed
    ]
    subject = f"{restriction.subject} can do everything again"
    if closed:
        subject = f"Some of what {restriction.subject} could not do is open again"
    if not what:
        subject = f"One reason less why {restriction.subject} cannot do everything"
    _tell(restriction, "restriction_ended", subject, key="ended", at=at, why=why, what=what)


def _tell(
    restriction: Restriction, template: str, subject: str, *, key: str, at: datetime, **more: Any
) -> None:
    answer_by = restriction.answer_by
    mailing.tell(
        _whom(restriction),
        template=template,
        subject=subject,
        notice=f"{subject}.",
        context={
            "subject_name": str(restriction.subject),
            "what": restriction.what,
            "reason": restriction.reason,
            "review_on": f"{restriction.review_on:%-d %B %Y}",
            "answer_by": f"{answer_by:%-d %B %Y}" if answer_by else "",
            "is_unpaid": restriction.is_unpaid,
            "decision": restriction.decision,
            **more,
        },
        url=restriction.get_absolute_url(),
        about=("restriction", restriction.ref),
        key=f"restriction/{restriction.ref}/{key}",
        at=at,
    )


def _whom(restriction: Restriction) -> list[User]:
    """Of an organization those who manage it and those who deal with its money."""
    subject = restriction.subject
    if not isinstance(subject, Organization):
        return [subject]
    deeds = (
        [Deed.MANAGE, Deed.FUND, Deed.OFFER] if subject.is_client else [Deed.MANAGE, Deed.WITHDRAW]
    )
    return list(dict.fromkeys(user for deed in deeds for user in mailing.people(subject, deed)))
