"""Staff sees what somebody sees, to help them. It is announced, and every page is written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import Seeing, User
from billing_site.people.models.seeing import LONGEST, SEE
from billing_site.platform import audit, notices


@transaction.atomic
def begin(user_id: int, *, reason: str, by: User, at: datetime) -> Seeing:
    """Let *by* see the pages of somebody for half an hour, who is told why. It changes nothing.

    :raises NotYours: it is not for *by* to see as anybody.
    :raises NotAllowed: they work for us, cannot sign in, or *by* sees as somebody already.
    """
    if not (by.is_active and by.is_staff and by.has_perm(SEE)):
        raise NotYours(f"It is not for {by} to see as somebody else.")
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one at a time
    person = User.objects.get(pk=user_id)
    if person.is_staff or not person.is_active:
        raise NotAllowed(f"{person} works for us, or cannot sign in.")
    if now := Seeing.objects.of(by.pk, at=at):
        raise NotAllowed(f"You see as {now.person} until {now.until:%H:%M} UTC: end that first.")
    Seeing.objects.filter(staff=by, ended_at=None).update(ended_at=F("until"))
    seeing = Seeing.objects.create(
        staff=by, person=person, reason=reason, began_at=at, until=at + LONGEST
    )
    audit.record(by, "user.seen", f"user/{person.pk}", at=at, reason=reason)
    notices.tell(
        users=[person.pk],
        text=f"One of our team looks at your pages until {seeing.until:%H:%M} UTC, and can change"
        f" nothing: {reason}",
        url=reverse("notifications"),
        key=f"seeing/{seeing.pk}",
        at=at,
    )
    return seeing


@transaction.atomic
def end(by: User, *, at: datetime) -> None:
    """Be oneself again; where that is so already, nothing happens."""
    Seeing.objects.filter(staff=by, ended_at=None, began_at__lte=at).update(ended_at=at)


def looked(seeing: Seeing, path: str, *, at: datetime) -> None:
    """Write down that a page was looked at, with what its address asked for."""
    about = f"user/{seeing.person_id}"
    audit.record(seeing.staff, "user.page_seen", about, at=at, path=path[:300])
