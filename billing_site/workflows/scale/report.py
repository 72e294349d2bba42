"""What each page costs, by role, as the books grow: time of the server and number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.db import connections
from django.test import override_settings

from billing_site import serving
from billing_site.people.models import Membership, Organization, User
from billing_site.workflows.demo_world import stage
from billing_site.workflows.scale.copying import copy_world
from billing_site.workflows.scale.size import busiest, people_and_volume, postings
from billing_site.workflows.scale.visiting import VISITS, Page, browser_of, measure, pages_of
from ledger.bench.scratch import database_of_its_own

SIZES = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Role:
    name: str
    user: User
    start: str


def report(_seconds: int) -> Iterator[str]:
    """Yield a table for each size; the last line is the worst page's p99 at the largest."""
    yield f"{VISITS} visits of each page, one process, as the server spends its time."
    worst: Page | None = None
    with (
        TemporaryDirectory() as files,
        override_settings(PRIVATE_FILES=Path(files)),
        database_of_its_own("template0", called="year") as year,
    ):
        call_command("migrate", database="owner", verbosity=0)
        stage.play(seed=1)
        for size in SIZES:
            connections.close_all()
            with database_of_its_own(year):
                people, volume = people_and_volume(size)
                with connections["owner"].cursor() as cursor:
                    copy_world(cursor, people=people, volume=volume)
                pages = []
                yield f"\n{postings():,} postings, {people} × {volume} copies of a year"
                for role in _roles():
                    found = _measured(role)
                    pages += found
                    yield from _table(role, found)
                worst = max(pages, key=lambda page: page.p99)
                yield f"the worst: {worst.name} at {worst.addresses[0]}"
    assert worst
    yield f"p99_ms: {worst.p99:.1f}"


def _roles() -> list[Role]:
    """The busiest client and freelancer, by each role that somebody has there, and a mediator."""
    roles: list[Role] = []
    for kind in Organization.Kind:
        members = Membership.objects.live().filter(organization=busiest(kind))
        roles += [
            Role(f"{kind}'s {member.role}", member.user, "/home/")
            for member in members.select_related("user").order_by("role", "pk")
        ]
    staff = User.objects.filter(is_staff=True, is_active=True).earliest("pk")
    return [*roles, Role("staff", staff, "/admin/")]


def _measured(role: Role) -> list[Page]:
    browser = browser_of(role.user)
    pages = pages_of(browser, start=role.start)
    serving.make_ready()  # as a web process that has just begun
    for page in pages:
        measure(browser, page)
    return sorted(pages, key=lambda page: -page.p99)


def _table(role: Role, pages: list[Page]) -> Iterator[str]:
    yield f"{role.name:34}{'p50 ms':>8}{'p99 ms':>8}{'queries':>9}"
    for page in pages:
        yield f"  {page.name:32}{page.p50:>8.1f}{page.p99:>8.1f}{page.queries:>9}"
