"""What somebody moved at the provider's dashboard, and what finance operations made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from billing_site.workflows.demo_world.roster import Roster
from payments import gateways
from payments.gateways.sandbox import dashboard
from payments.models import GatewayCursor, Payee, ReconciliationDifference
from payments.services import differences, gaps, matching

MOVED = timedelta(hours=9)
COMPARED = timedelta(hours=3)
WHAT = (matching.LINES, gaps.EVENTS)


def leave_the_nights_out(*, until: datetime) -> None:
    """The year's nights are compared at once, at its end: each by itself would find the same.

    And no event is missed in the demo unless somebody asks for that.
    """
    gateway = gateways.current().name
    for what in WHAT:
        GatewayCursor.objects.create(gateway=gateway, what=what, reached_at=until)


def moments_of_strays(
    roster: Roster, *, now: datetime
) -> Iterator[tuple[datetime, Callable[..., None]]]:
    yield now - MOVED, _move
    yield now - COMPARED, partial(_decide, roster)


def _move(*, at: datetime) -> None:
    for cents, payee in zip((100, 250), _payees(), strict=False):
        dashboard.transfer(payee.account, cents, payee.organization.currency, at=at)


def _decide(roster: Roster, *, at: datetime) -> None:
    matching.compare(at=at, everything=True)
    finn = roster.users["finn"]
    found = ReconciliationDifference.objects.open_ones()
    for difference, decide, reason in zip(
        list(found),
        (differences.explain, differences.resolve),
        (
            "A test of the terminal in the new office. It stays there.",
            "Moved back at the provider this morning, by hand.",
        ),
        strict=False,
    ):
        decide(difference.pk, reason=reason, by=finn, at=at)


def _payees() -> list[Payee]:
    known = Payee.objects.exclude(account="").select_related("organization")
    return list(known.order_by("pk"))
