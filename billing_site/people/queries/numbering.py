"""How an organization numbers what it issues, and which number comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.people.models import NumberPattern, Organization
from billing_site.platform.models import Series
from billing_site.platform.series import last_number


@dataclass(frozen=True, slots=True)
class KindView:
    kind: str
    name: str
    pattern: str
    restarts: bool
    last: str  # the last number that was given out in this counting; empty before the first
    next: str

    @property
    def counts(self) -> str:
        return "from one again each year" if self.restarts else "on and on, over the years"


def numbers_were_given(organization: Organization) -> bool:
    """Whether a document carries the organization's code, which then has to stay."""
    return Series.objects.filter(name__endswith=f"/{organization.series_code}").exists()


def kinds_of(organization: Organization, *, at: datetime) -> list[KindView]:
    """Return each kind of document that the organization issues, with its next number."""
    if not organization.works:
        return []
    return [view_of(pattern_of(organization, kind), at=at) for kind in NumberPattern.Kind.values]


def pattern_of(organization: Organization, kind: str) -> NumberPattern:
    """Return how *kind* is numbered now; the default is not written down by looking."""
    found = NumberPattern.objects.filter(organization=organization, kind=kind).first()
    pattern = found or NumberPattern.default(organization, kind)
    pattern.organization = organization
    return pattern


def view_of(pattern: NumberPattern, *, at: datetime) -> KindView:
    day = at.date()
    year = pattern.year_of(day)
    last = last_number(series=pattern.series, year=year)
    given = last is not None
    number = last + 1 if last is not None else pattern.first_of(year)
    return KindView(
        kind=pattern.kind,
        name=NumberPattern.Kind(pattern.kind).label,
        pattern=pattern.pattern,
        restarts=pattern.restarts,
        last=pattern.written(number - 1, on=day) if given else "",
        next=pattern.written(number, on=day),
    )
