"""Time that is written down by hand, corrected, and refused."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

import pytest

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import AuditEvent
from invoices.models import Contract, TimeEntry, Week
from invoices.services import hourly_terms, time_entries, timing
from invoices.services.time_entries import Written
from payments.services import restricting
from tests import given
from tests.factories.people import UserFactory
from tests.invoices._race import race
from tests.invoices.logged import NINE_TO_TEN, add
from tests.invoices.march import at


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return given.hourly_contract(client=alice, freelancer=bob)


# By hand.
def test_time_by_hand_is_for_the_freelancers_side_where_the_client_allows_it(
    contract: Contract, alice: User, bob: User, charlie: User
) -> None:
    viewer = given.member(bob, "Vera", role="viewer")
    for other in (alice, charlie, viewer):
        with pytest.raises(NotYours):
            add(contract, other)
    hourly_terms.allow_manual_time(contract.pk, allowed=False, by=alice, at=at(3, 12))
    with pytest.raises(NotAllowed, match="does not allow time written by hand"):
        add(contract, bob)
    assert not TimeEntry.objects.exists()


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (at(3, 10), at(3, 9), "later than the start"),
        (at(3, 17), at(3, 19), "has not passed yet"),
        (at(2, 11), at(2, 13), "began on 2 March"),
        (at(2, 12), at(3, 0, 1), "12 hours"),
    ],
)
def test_time_that_cannot_be_is_refused(
    contract: Contract, bob: User, start: datetime, end: datetime, words: str
) -> None:
    with pytest.raises(NotAllowed, match=words):
        add(contract, bob, Written(start, end))
    assert not TimeEntry.objects.exists()


def test_what_was_worked_before_a_restriction_is_logged_after_it(
    contract: Contract, bob: User
) -> None:
    finn = UserFactory.create(name="Finn", is_staff=True, is_superuser=True)
    restricting.restrict_organization(
        contract.freelancer_id, scopes=["hours"], reason="We look at something.",
        review_on=date(2026, 3, 20), by=finn, at=at(3, 10, 30),
    )  # fmt: skip

    assert add(contract, bob).minutes == 60
    for start, end in (((10, 0), (10, 31)), ((11, 0), (12, 0))):
        with pytest.raises(NotAllowed, match="We look at something"):
            add(contract, bob, Written(at(3, *start), at(3, *end)))


def test_no_new_hours_arise_by_a_correction_while_hours_are_restricted(
    contract: Contract, bob: User
) -> None:
    entry = add(contract, bob)
    finn = UserFactory.create(name="Finn", is_staff=True, is_superuser=True)
    restricting.restrict_organization(
        contract.freelancer_id, scopes=["hours"], reason="We look at something.",
        review_on=date(2026, 3, 20), by=finn, at=at(3, 9, 30),
    )  # fmt: skip
    change = partial(time_entries.change, entry.pk, by=bob, at=at(3, 18))

    for start, end in (((9, 0), (10, 1)), ((11, 0), (12, 0))):
        with pytest.raises(NotAllowed, match="We look at something"):
            change(Written(at(3, *start), at(3, *end)))
    assert TimeEntry.objects.get().removed_at is None

    assert [each.minutes for each in change(Written(at(3, 9), at(3, 9, 50)))] == [50]


def test_an_overlap_is_refused_and_names_the_other_time(
    contract: Contract, alice: User, bob: User
) -> None:
    other = given.hourly_contract(client=alice, freelancer=bob)
    add(other, bob)

    with pytest.raises(NotAllowed, match="from 09:00 to 10:00 UTC on 3 March"):
        add(contract, bob, Written(at(3, 8), at(3, 9, 1)))
    with pytest.raises(NotAllowed, match="Stop it first"):
        timing.start(contract.pk, by=bob, at=at(3, 16))
        add(contract, bob, Written(at(3, 16), at(3, 17)))


def test_what_the_running_timer_counts_is_not_written_by_hand(
    contract: Contract, bob: User
) -> None:
    timing.start(contract.pk, by=bob, at=at(3, 9, 30))

    with pytest.raises(NotAllowed, match="counts that time"):
        add(contract, bob)
    add(contract, bob, Written(at(3, 9), at(3, 9, 30)))


def test_a_change_replaces_and_words_are_changed_where_they_stand(
    contract: Contract, bob: User
) -> None:
    entry = add(contract, bob)
    same = Written(at(3, 9), at(3, 10), "Phone", "calls")
    longer = Written(at(3, 9), at(3, 10, 30), "Phone", "calls")

    assert time_entries.change(entry.pk, same, by=bob, at=at(3, 18)) == [entry]
    (new,) = time_entries.change(entry.pk, longer, by=bob, at=at(3, 18))

    assert (new.minutes, new.memo, new.replaces) == (90, "Phone", entry)
    assert list(TimeEntry.objects.living()) == [new]
    with pytest.raises(WrongState, match="removed or replaced"):
        time_entries.remove(entry.pk, by=bob, at=at(3, 18))


def test_tracked_time_that_is_shortened_stays_tracked_and_longer_is_by_hand(
    contract: Contract, alice: User, bob: User
) -> None:
    hourly_terms.allow_manual_time(contract.pk, allowed=False, by=alice, at=at(2, 13))
    (entry,) = given.worked(contract, by=bob, start=at(3, 9), minutes=60)
    (short,) = time_entries.change(
        entry.pk, Written(at(3, 9), at(3, 9, 45), "Tickets"), by=bob, at=at(3, 18)
    )

    assert (short.kind, short.timer) == ("tracked", entry.timer)
    with pytest.raises(NotAllowed, match="by hand"):
        time_entries.change(short.pk, Written(at(3, 9), at(3, 11)), by=bob, at=at(3, 18))
    hourly_terms.allow_manual_time(contract.pk, allowed=True, by=alice, at=at(3, 13))
    (longer,) = time_entries.change(short.pk, Written(at(3, 9), at(3, 11)), by=bob, at=at(3, 18))
    assert (longer.kind, longer.timer) == ("manual", None)


def test_only_its_person_corrects_time_and_the_client_names_the_activity(
    contract: Contract, alice: User, bob: User, charlie: User
) -> None:
    entry = add(contract, bob)
    bea = given.member(bob, "Bea", role="approver")

    for other in (alice, bea, charlie):
        with pytest.raises(NotYours):
            time_entries.remove(entry.pk, by=other, at=at(3, 18))
        with pytest.raises(NotYours):
            time_entries.change(entry.pk, NINE_TO_TEN, by=other, at=at(3, 18))
    for other in (bea, charlie):
        with pytest.raises(NotYours):
            time_entries.relabel(entry.pk, "meetings", by=other, at=at(3, 18))
    time_entries.relabel(entry.pk, "meetings", by=alice, at=at(3, 18))

    entry.refresh_from_db()
    assert (entry.activity, entry.memo, entry.removed_at) == ("meetings", "Tickets", None)
    assert AuditEvent.objects.get(deed="time.relabel").facts["was"] == "support"


def test_the_last_minute_for_corrections_is_monday_11_59(contract: Contract, bob: User) -> None:
    entry = add(contract, bob)
    time_entries.change(
        entry.pk, Written(at(3, 9), at(3, 10), "Still time"), by=bob, at=at(9, 11, 59)
    )

    late: dict[str, Any] = {"by": bob, "at": at(9, 12)}  # the sweep has not come by yet
    for deed in (
        partial(time_entries.remove, entry.pk),
        partial(time_entries.relabel, entry.pk, "other"),
        partial(time_entries.add, contract.pk, Written(at(3, 12), at(3, 13))),
    ):
        with pytest.raises(WrongState, match="9 March 2026, 12:00 UTC"):
            deed(**late)
    week = Week.objects.get()
    given.lock(week)
    with pytest.raises(WrongState):
        time_entries.remove(entry.pk, by=bob, at=at(9, 11))
    assert TimeEntry.objects.get().memo == "Still time"


@pytest.mark.django_db(transaction=True)
def test_two_entries_at_once_for_the_same_hour_are_one() -> None:
    alice, bob = given.person("alice", country="AT"), given.person("bob", kind="freelancer")
    contracts_ = [given.hourly_contract(client=alice, freelancer=bob) for _ in range(2)]
    adds = [
        partial(time_entries.add, it.pk, NINE_TO_TEN, by=bob, at=at(3, 18)) for it in contracts_
    ]

    assert race(adds * 4) == ["NotAllowed"] * 7 + ["done"]
    assert TimeEntry.objects.count() == 1
