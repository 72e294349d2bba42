"""What somebody may not do for a while: set with a reason, appealed once, and ended."""

from __future__ import annotations

from collections.abc import Collection as Several
from datetime import date, datetime

from django.db import transaction

from billing_site.kernel.periods import add_business_days
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, WrongState, take
from billing_site.people.models import Organization, User
from billing_site.platform import audit
from payments.models import Restriction
from payments.models.restriction import may_restrict
from payments.models.restriction_kinds import Scope
from payments.queries.restricted import why_restricted
from payments.services import telling_restrictions as telling
from payments.services import waiting

APPEAL_DAYS = 5  # business days
DAY_OVER = SYSTEM("its day is over and nobody renewed it")
NO_ANSWER = SYSTEM("nobody of ours answered the appeal in time")


@transaction.atomic
def restrict_organization(
    organization_id: int,
    *,
    scopes: Several[str],
    reason: str,
    review_on: date,
    by: User,
    at: datetime,
) -> Restriction:
    """Keep an organization from *scopes* until it is lifted, or *review_on* is over.

    :raises NotYours: it is not for *by* to restrict.
    :raises NotAllowed: that day is over, or it is about hours for a client.
    """
    organization = Organization.objects.lock(organization_id)
    if organization.is_client and Scope.HOURS in scopes:
        raise NotAllowed("Hours for a client lose protection by what is unpaid, and nothing else.")
    return _restrict(organization, None, scopes, reason, review_on, by=by, at=at)


@transaction.atomic
def restrict_user(
    user_id: int, *, scopes: Several[str], reason: str, review_on: date, by: User, at: datetime
) -> Restriction:
    """Keep a person from *scopes*, whoever they act for.

    :raises NotYours: it is not for *by* to restrict.
    :raises NotAllowed: that day is over, or the person is staff.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if person.is_staff:
        raise NotAllowed(f"{person} works for us, and acts for nobody.")
    return _restrict(None, person, scopes, reason, review_on, by=by, at=at)


@transaction.atomic
def appeal(restriction_id: int, *, words: str, by: User, at: datetime) -> Restriction:
    """Ask that somebody else of ours looks at it; once. It stays in force meanwhile.

    :raises WrongState: it is over, or was appealed.
    :raises NotYours: *by* is not whom it restricts.
    """
    restriction = Restriction.objects.lock(restriction_id)
    if restriction.appealed_at is not None:
        raise WrongState(f"This was appealed on {restriction.appealed_at:%-d %B %Y} already.")
    answer_by = add_business_days(at.date(), APPEAL_DAYS)
    take(restriction.appeal, by=by, at=at, words=words, answer_by=answer_by)
    telling.appealed(restriction, at=at)
    return restriction


@transaction.atomic
def keep(restriction_id: int, *, reason: str, by: User, at: datetime) -> Restriction:
    """Answer the appeal: it stays as it is, and why.

    :raises WrongState: nobody appealed.
    :raises NotYours: *by* has set it, belonged to whom it restricts, or may not restrict.
    """
    restriction = Restriction.objects.lock(restriction_id)
    take(restriction.keep, by=by, at=at, note=reason, decided_by=by, decision=reason[:300])
    audit.record(by, "restriction.kept", f"restriction/{restriction.ref}", at=at)
    telling.kept(restriction, at=at)
    return restriction


@transaction.atomic
def lift(restriction_id: int, *, reason: str, by: User | SYSTEM, at: datetime) -> Restriction:
    """End it, and say why.

    :raises WrongState: it is over.
    :raises NotYours: *by* belonged to whom it restricts, or has set what was appealed.
    """
    restriction = Restriction.objects.lock(restriction_id)
    person = None if isinstance(by, SYSTEM) else by
    take(restriction.lift, by=by, at=at, note=reason, decided_by=person, decision=reason[:300])
    audit.record(by, "restriction.lifted", f"restriction/{restriction.ref}", at=at)
    telling.ended(restriction, reason, at=at)
    _let_withdrawals_go_on(restriction, at=at)
    return restriction


def expire_due(*, at: datetime) -> list[Restriction]:
    """End what staff set and did not renew, or did not answer for, as of the end of its day."""
    over = Restriction.objects.over(at=at).values_list("pk", flat=True)
    return one_by_one(over, lambda pk: _expire(pk, at=at), to="end restriction")


def refuse_if_restricted(
    scope: Scope,
    organization: Organization,
    by: User | SYSTEM,
    *,
    done_by: datetime | None = None,
) -> None:
    """The one question of every service that a restriction can stop.

    *done_by* is when what it is about was over: what came before a restriction, it leaves alone.

    :raises NotAllowed: the organization, or the person who acts, may not do this now.
    """
    person_id = None if isinstance(by, SYSTEM) else by.pk
    if why := why_restricted(scope, organization, person_id, done_by=done_by):
        raise NotAllowed(why)


def _restrict(
    organization: Organization | None,
    person: User | None,
    scopes: Several[str],
    reason: str,
    review_on: date,
    *,
    by: User,
    at: datetime,
) -> Restriction:
    if not may_restrict(by):
        raise NotYours(f"It is not for {by} to restrict anybody.")
    if review_on < at.date():
        raise NotAllowed("The day on which it ends lies in the past.")
    restriction = Restriction.objects.create(
        organization=organization,
        user=person,
        cause=Restriction.Cause.STAFF,
        scopes=sorted(scopes),
        reason=reason,
        review_on=review_on,
        set_at=at,
        set_by=by,
    )
    about = f"restriction/{restriction.ref}"
    audit.record(by, "restriction.set", about, at=at, scopes=sorted(scopes))
    telling.restricted(restriction, [], at=at)
    return restriction


@transaction.atomic
def _expire(restriction_id: int, *, at: datetime) -> Restriction | None:
    restriction = Restriction.objects.lock(restriction_id)
    ended_at = restriction.ends_at
    if not restriction.is_standing or ended_at is None or ended_at > at:
        return None  # It was lifted, or answered, while we were getting here.
    by = DAY_OVER if ended_at.date() > restriction.review_on else NO_ANSWER
    take(restriction.expire, by=by, at=ended_at)
    telling.ended(restriction, f"{by.reason[0].upper()}{by.reason[1:]}.", at=ended_at)
    _let_withdrawals_go_on(restriction, at=ended_at)
    return restriction


def _let_withdrawals_go_on(restriction: Restriction, *, at: datetime) -> None:
    """What waited for the end of it, and for no other one, arrives later than was promised."""
    organization_id = restriction.organization_id
    if organization_id is None or Scope.PAYOUTS not in restriction.scopes:
        return
    others = Restriction.objects.standing().on(organization_id, None)
    if not others.filter(scopes__contains=[Scope.PAYOUTS]).exists():
        waiting.not_restricted(organization_id, at=at)
