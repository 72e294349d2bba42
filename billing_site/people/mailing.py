"""Whom to write to about an organization's business, and how they hear of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from billing_site.people.access import Deed, roles_for
from billing_site.people.models import Membership, Organization, User
from billing_site.people.models.membership import MembershipQuerySet
from billing_site.platform import letters, notices


def people(organization: Organization, deed: Deed) -> list[User]:
    """Return the users who may do *deed* for the organization, longest-standing first."""
    return [seat.user for seat in _who_may(organization, deed).select_related("user")]


def contacts(organization: Organization, deed: Deed) -> list[tuple[str, str]]:
    """Return the (e-mail, name) of each member who may do *deed*, longest-standing first."""
    return list(_who_may(organization, deed).values_list("user__email", "user__name"))


def members(organization: Organization, deed: Deed = Deed.VIEW) -> list[int]:
    """Return the keys of the users who may do *deed* for the organization."""
    return list(_who_may(organization, deed).values_list("user", flat=True))


def tell(
    people: Sequence[User],
    *,
    template: str,
    subject: str,
    notice: str = "",
    context: Mapping[str, Any],
    url: str,
    about: tuple[str, str],
    key: str,
    at: datetime,
) -> None:
    """Tell each of *people* by a letter and a notice; the same *key* is the same news.

    The letter is *template* with *context* and *url*, the notice links to the same page. It says
    the *subject*, unless *notice* does.
    """
    letters.send(
        key=key,
        to=[(user.email, str(user)) for user in people],
        subject=subject,
        template=template,
        context={"url": url, **context},
        about=about,
        at=at,
    )
    users = [user.pk for user in people]
    notices.tell(users=users, text=notice or subject, url=url, key=key, at=at)


def _who_may(organization: Organization, deed: Deed) -> MembershipQuerySet:
    seats = Membership.objects.live().filter(organization=organization)
    return seats.filter(role__in=roles_for(deed, organization)).order_by("since", "pk")
