"""Letters about what is owed: five at most, each once, as of the moment it was due."""

from __future__ import annotations

from datetime import datetime

import pytest

from billing_site.people.models import User
from billing_site.platform.models import Letter
from invoices.models import Invoice
from invoices.services import dunning, invoicing, owing
from payments.models import OpenItem
from tests import given
from tests.given import EUR, NOON, days

pytestmark = pytest.mark.django_db
DUE = NOON + days(30)  # at net 30


@pytest.fixture
def owed(alice: User, bob: User) -> Invoice:
    invoice = given.owed_invoice(client=alice, freelancer=bob, net_days=30)
    return invoicing.approve(invoice.pk, by=alice, at=NOON)


def letters() -> list[tuple[str, datetime]]:
    found = Letter.objects.filter(key__contains="/dunning/").order_by("pk")
    return list(found.values_list("subject", "written_at"))


def test_the_ladder_from_before_it_is_due_to_the_last_letter(owed: Invoice) -> None:
    for day in range(60):
        dunning.remind(at=NOON + days(day))

    assert [subject for subject, _ in letters()] == [
        "€1,060.00 on invoice BOB-2026-000001 is due in 3 days",
        "€1,060.00 on invoice BOB-2026-000001 is due today",
        "€1,060.00 on invoice BOB-2026-000001 was due 3 days ago",
        "€1,060.00 on invoice BOB-2026-000001 was due 7 days ago",
        "€1,060.00 on invoice BOB-2026-000001 was due 14 days ago",
        "BOB-2026-000001 is 14 days overdue: €1,060.00",
    ]


def test_each_is_written_once_and_dated_when_it_was_due(owed: Invoice) -> None:
    for _ in range(2):
        dunning.remind(at=DUE + days(1))

    assert letters() == [
        (
            "€1,060.00 on invoice BOB-2026-000001 is due today",
            DUE.replace(hour=8),
        )
    ]


def test_whoever_jumps_through_time_stops_at_each_letter(owed: Invoice) -> None:
    moment, stops = NOON, []
    while (due := OpenItem.objects.next_letter_at(after=moment)) is not None:
        moment = due
        stops.append((due - DUE.replace(hour=8)).days)
        dunning.remind(at=moment)

    assert stops == [-3, 0, 3, 7, 14]
    assert len(letters()) == 6


def test_what_is_charged_at_approval_is_not_announced(alice: User, bob: User) -> None:
    invoice = given.owed_invoice(client=alice, freelancer=bob)
    invoicing.approve(invoice.pk, by=alice, at=NOON)

    assert dunning.remind(at=NOON) == []
    assert len(dunning.remind(at=NOON + days(3))) == 1


def test_a_part_that_was_paid_is_not_asked_for(alice: User, owed: Invoice) -> None:
    given.pay(owing.pay(owed.pk, by=alice, at=NOON, amount=EUR("1000.00")), at=NOON)

    dunning.remind(at=DUE)

    ((subject, _),) = letters()
    assert subject == "€60.00 on invoice BOB-2026-000001 is due today"


def test_who_has_paid_is_left_alone(alice: User, owed: Invoice) -> None:
    given.pay(owing.pay(owed.pk, by=alice, at=NOON), at=NOON)

    assert dunning.remind(at=DUE + days(30)) == []
    assert letters() == []
