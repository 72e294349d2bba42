"""How an organization numbers its documents: chosen here, taken by whoever issues one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import NumberPattern, Organization, User
from billing_site.people.queries.numbering import pattern_of
from billing_site.platform import audit, patterns
from billing_site.platform.models import Series
from billing_site.platform.series import last_number

LARGEST_FIRST = 99_999_999


@transaction.atomic
def arrange(
    organization_id: int,
    kind: str,
    *,
    pattern: str,
    restarts: bool,
    first: int | None = None,
    by: User,
    at: datetime,
) -> NumberPattern:
    """Number *kind* by *pattern* from the next document on. What was issued keeps its number.

    *first* is the next number for somebody who comes with a count of their own; it
    can be chosen while nothing was numbered in this counting, or there would be a gap.

    :raises NotYours: it is not for *by* to manage the organization.
    :raises NotAllowed: the pattern is none, or numbers would be given twice or left out.
    """
    organization = Organization.objects.lock(organization_id)
    if not (may(by, Deed.MANAGE, organization) and organization.works):
        raise NotYours(f"It is not for {by} to number what {organization} issues.")
    if problem := patterns.problem_of(pattern, restarts=restarts):
        raise NotAllowed(problem)
    _refuse_the_same_numbers(organization, kind, pattern, at)
    arranged = NumberPattern.objects.lock_of(organization, kind)
    arranged.organization = organization
    _count(arranged, restarts=restarts, first=first, at=at)
    arranged.pattern = pattern
    if len(arranged.written(arranged.first, on=at.date())) > patterns.LONGEST:
        raise NotAllowed(f"Numbers by this pattern are longer than {patterns.LONGEST} characters.")
    arranged.save()
    audit.record(
        by, "arrange", f"organization/{organization.ref}", at=at, kind=kind, pattern=pattern
    )
    return arranged


def _refuse_the_same_numbers(
    organization: Organization, kind: str, pattern: str, at: datetime
) -> None:
    """Two kinds of document must not write one number."""
    code = organization.series_code
    for other in NumberPattern.Kind:
        theirs = pattern_of(organization, other).pattern
        ours_written = patterns.written(pattern, code=code, on=at.date(), number=1)
        theirs_written = patterns.written(theirs, code=code, on=at.date(), number=1)
        if other != kind and (
            patterns.could_write(theirs, ours_written, code=code)
            or patterns.could_write(pattern, theirs_written, code=code)
        ):
            raise NotAllowed(f"Your {other.label} are numbered alike: {theirs_written}.")


def _count(arranged: NumberPattern, *, restarts: bool, first: int | None, at: datetime) -> None:
    """Begin another counting, where that is asked, so that no number is given twice."""
    given = Series.objects.filter(name=arranged.series).aggregate(most=Max("last"))["most"]
    changes = restarts != arranged.restarts
    arranged.restarts = restarts
    year = arranged.year_of(at.date())
    has_begun = last_number(series=arranged.series, year=year) is not None
    if changes and has_begun:
        raise NotAllowed(
            "It was counted this way before, and would give the same numbers again. "
            + ("From next year on it can be." if restarts else "It cannot go back to that.")
        )
    if changes and given is not None:
        arranged.first, arranged.first_year = given + 1, year
    if first is None or first == _next(arranged, year):
        return
    if has_begun or not 1 <= first <= LARGEST_FIRST:
        raise NotAllowed("Numbers were given out already, and another start would leave a gap.")
    if given is not None and changes and first <= given:
        raise NotAllowed(f"Numbers up to {given} were given out. Start above that.")
    arranged.first, arranged.first_year = first, year


def _next(arranged: NumberPattern, year: int) -> int:
    last = last_number(series=arranged.series, year=year)
    return arranged.first_of(year) if last is None else last + 1
