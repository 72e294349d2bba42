"""Lending one's name while away: who approves for whom, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.access import Deed, allows, may
from billing_site.people.models import Delegation, Membership, Organization, User
from billing_site.platform import audit, notices

LONGEST = timedelta(days=366)


@transaction.atomic
def begin(
    from_member_id: int,
    *,
    to_member_id: int,
    since: datetime,
    until: datetime,
    by: User,
    at: datetime,
) -> Delegation:
    """Let another member approve in this one's name, up to this one's limit, for a while.

    Only somebody whose own role approves can stand in: a name and a limit are lent, never a
    right. What was borrowed cannot be lent on.

    :raises NotYours: *by* is neither the member who is away nor an owner.
    :raises NotAllowed: one of the two does not approve, or somebody stands in already.
    """
    organization = _organization_of(from_member_id)
    seats = Membership.objects.live().select_related("organization", "user")
    colleagues = {
        seat.pk: seat
        for seat in seats.filter(organization=organization, pk__in=[from_member_id, to_member_id])
    }
    if set(colleagues) != {from_member_id, to_member_id}:
        raise NotAllowed("One of the two does not act for the organization any more.")
    away, stands_in = colleagues[from_member_id], colleagues[to_member_id]
    if away.user_id != by.pk and not may(by, Deed.MANAGE, organization):
        raise NotYours(f"It is not for {by} to say who approves for {away.user}.")
    _check_people(away, stands_in)
    _check_time(away, since, until, at=at)
    delegation = Delegation.objects.create(
        organization=organization,
        from_member=away,
        to_member=stands_in,
        since=since,
        until=until,
    )
    audit.record(
        by,
        "delegate",
        f"membership/{away.ref}",
        at=at,
        to=stands_in.ref,
        since=since.isoformat(),
        until=until.isoformat(),
    )
    _tell(delegation, f"You approve for {away.user} {_words(since, until)}.", "begin", by, at)
    return delegation


@transaction.atomic
def end(delegation_id: int, *, by: User, at: datetime) -> Delegation:
    """Take a name back before its time. What was approved in it stays approved.

    :raises WrongState: it was taken back, or its time has passed.
    :raises NotYours: *by* is neither of the two, nor an owner.
    """
    _organization_of(Delegation.objects.values_list("from_member", flat=True).get(pk=delegation_id))
    delegation = Delegation.objects.select_related(
        "organization", "from_member__user", "to_member__user"
    ).get(pk=delegation_id)
    away = delegation.from_member
    is_theirs = by.pk in {away.user_id, delegation.to_member.user_id}
    if not is_theirs and not may(by, Deed.MANAGE, delegation.organization):
        raise NotYours(f"It is not for {by} to say who approves for {away.user}.")
    if delegation.ended_at or delegation.until <= at:
        over = delegation.ended_at or delegation.until
        raise WrongState(
            f"{delegation.to_member.user} stopped approving for {away.user} on {_day(over)}."
        )
    delegation.ended_at = at
    delegation.save(update_fields=["ended_at"])
    audit.record(by, "end_delegation", f"membership/{away.ref}", at=at)
    _tell(delegation, f"You no longer approve for {away.user}.", "end", by, at)
    return delegation


def _organization_of(member_id: int) -> Organization:
    """Lock the organization: who is a member, and who stands in, must hold still."""
    return Organization.objects.lock(
        Membership.objects.values_list("organization", flat=True).get(pk=member_id)
    )


def _check_people(away: Membership, stands_in: Membership) -> None:
    if away.pk == stands_in.pk:
        raise NotAllowed("Choose somebody else: nobody stands in for themselves.")
    for seat in (away, stands_in):
        if not (seat.organization.is_client and allows(seat, Deed.APPROVE)):
            raise NotAllowed(
                f"{seat.user} does not approve work for {seat.organization}. An owner can "
                "change their role first."
            )


def _check_time(away: Membership, since: datetime, until: datetime, *, at: datetime) -> None:
    if until <= max(since, at):
        raise NotAllowed("The last day has to be after the first, and not in the past.")
    if until - since > LONGEST:
        raise NotAllowed("A year at most. Whoever stays away longer gets another role.")
    others = Delegation.objects.not_over(at=at).filter(from_member=away)
    meeting = others.filter(since__lt=until, until__gt=since).select_related("to_member__user")
    if other := meeting.order_by("since").first():
        raise NotAllowed(
            f"{other.to_member.user} approves for {away.user} already "
            f"{_words(other.since, other.until)}. Take that back first."
        )


def _tell(delegation: Delegation, text: str, deed: str, by: User, at: datetime) -> None:
    people = {delegation.to_member.user_id, delegation.from_member.user_id} - {by.pk}
    to_other = f"{delegation.to_member.user} approves for you {_words_of(delegation)}."
    if deed == "end":
        to_other = f"{delegation.to_member.user} no longer approves for you."
    for user_id in people:
        notices.tell(
            users=[user_id],
            text=text if user_id == delegation.to_member.user_id else to_other,
            url="/organization/",
            key=f"delegation/{delegation.ref}/{deed}",
            at=at,
        )


def _words_of(delegation: Delegation) -> str:
    return _words(delegation.since, delegation.until)


def _words(since: datetime, until: datetime) -> str:
    return f"from {_day(since)} to {_day(until)}"


def _day(moment: datetime) -> str:
    return f"{moment:%-d %B %Y, %H:%M} UTC"
