"""Contracts on which nothing happens: five notices, a banner, and held money that goes back."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from invoices.models import Contract, DormancyNotice, Milestone
from invoices.queries.dormancy import next_quiet_moment, quiet, quiet_since
from invoices.services import contracts, dormancy, invoicing
from payments.models import Escrow, Refund
from tests import given
from tests.given import NOON, days
from tests.invoices._race import race
from tests.invoices.books import assert_every_law_holds
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    """Active, and nothing is held."""
    return given.active_contract(client=alice, freelancer=bob)


def held_for_long(alice: User, bob: User) -> Milestone:
    """Held where the provider lets money wait for two years."""
    milestone = given.funded_milestone(client=alice, freelancer=bob)
    Escrow.objects.update(hold_deadline=NOON + days(730))
    return Milestone.objects.get(pk=milestone.pk)


def told() -> list[tuple[str, int]]:
    found = Letter.objects.filter(key__contains="/dormant/").order_by("pk")
    return [(it.email, (it.written_at - NOON).days) for it in found]


def test_both_sides_are_told_from_day_60_on_each_time_once(contract: Contract) -> None:
    assert dormancy.warn(at=NOON + days(59.9)) == []
    for day in (60, 76, 83, 90, 97):
        for _ in range(2):
            dormancy.warn(at=NOON + days(day + 0.2))

    assert [day for _, day in told()] == [day for day in (60, 76, 83, 90, 97) for _ in "ab"]
    assert {email for email, _ in told()} == {"alice@example.org", "bob@example.org"}
    assert Contract.objects.get().state == Contract.State.ACTIVE


def test_a_worker_that_was_away_says_the_last_notice_as_of_its_day(contract: Contract) -> None:
    dormancy.warn(at=NOON + days(88))
    assert [day for _, day in told()] == [83, 83]


def test_time_jumps_from_notice_to_notice_and_to_the_return(contract: Contract) -> None:
    reached, moments = NOON + days(50), []
    while moment := next_quiet_moment(after=reached):
        moments.append((moment - NOON) / days(1))
        reached = moment
    assert moments == [60, 76, 83, 90, 97, 104]

    contract.milestones.update(due_on=(NOON + days(30)).date())
    since = quiet_since(contract)
    assert since
    assert next_quiet_moment(after=NOON + days(50)) == since + days(60)


def test_whatever_happens_begins_it_anew(contract: Contract, alice: User) -> None:
    dormancy.warn(at=NOON + days(61))
    contracts.pause(contract.pk, by=alice, at=NOON + days(62))

    assert dormancy.warn(at=NOON + days(121)) == []
    assert len(dormancy.warn(at=NOON + days(122.5))) == 1
    assert [day for _, day in told()] == [60, 60, 122, 122]


def test_work_that_is_due_later_keeps_it_awake(contract: Contract) -> None:
    contract.milestones.update(due_on=(NOON + timedelta(days=50)).date())
    assert quiet(contract, at=NOON + days(70)) is None
    assert dormancy.warn(at=NOON + days(70)) == []


def test_the_page_says_what_comes_of_it(alice: User, bob: User) -> None:
    milestone = given.funded_milestone(client=alice, freelancer=bob)
    for user in (alice, bob):
        with clock.pinned(NOON + days(61)):
            page = session_of(user).get(milestone.contract.get_absolute_url()).content.decode()
        assert "Nothing has happened here for 61 days" in page
        # The provider holds it for 85 and a half days, before 104 are over.
        assert "goes back to Alice &amp; Co on 27 May 2026" in page or "on 26 May 2026" in page


def test_held_money_goes_back_as_of_day_104(alice: User, bob: User) -> None:
    milestone = held_for_long(alice, bob)
    assert dormancy.return_held(at=NOON + days(103.9)) == []

    for _ in range(2):
        dormancy.return_held(at=NOON + days(120))

    milestone.refresh_from_db()
    assert (milestone.state, milestone.closed_at) == ("closed", NOON + days(104))
    assert Refund.objects.get().requested_at == NOON + days(104)
    assert_every_law_holds()


def test_work_handed_in_is_decided_by_its_review(alice: User, bob: User) -> None:
    milestone = held_for_long(alice, bob)
    invoicing.deliver(milestone.pk, message="Done.", by=bob, at=NOON + days(98))

    assert dormancy.return_held(at=NOON + days(200)) == []
    assert not Refund.objects.exists()


def test_a_notice_is_written_down_once(contract: Contract) -> None:
    dormancy.warn(at=NOON + days(61))
    notice = DormancyNotice.objects.get()
    with pytest.raises(IntegrityError, match="told_of_once"), transaction.atomic():
        DormancyNotice.objects.create(contract=contract, since=notice.since, day=60)


@pytest.mark.django_db(transaction=True)
def test_sixteen_sweeps_at_once_return_it_once() -> None:
    alice = given.person("alice", country="AT", city="Graz", postal_code="8010")
    bob = given.person("bob", kind="freelancer", country="NO")
    held_for_long(alice, bob)

    race([partial(dormancy.return_held, at=NOON + days(105))] * 16)

    assert Refund.objects.count() == 1
    assert_every_law_holds()


def test_a_sweep_asks_twice_however_many_contracts_are_quiet(alice: User, bob: User) -> None:
    """Who was told of it is asked about no more, until the next notice is due."""
    for _ in range(3):
        given.active_contract(client=alice, freelancer=bob)
    assert len(dormancy.warn(at=NOON + days(61))) == 3

    for day in (61, 75):
        with CaptureQueriesContext(connection) as asked:
            assert dormancy.warn(at=NOON + days(day)) == []
        assert len(asked) == 2
    with CaptureQueriesContext(connection) as asked:
        assert dormancy.return_held(at=NOON + days(103)) == []
    assert len(asked) == 1
