"""Time is written down, corrected and stopped by its pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Contract, TimeEntry, Timer
from invoices.services import timing
from tests import given
from tests.invoices.logged import week
from tests.invoices.march import at
from tests.signing_in import session_of

THURSDAY = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)
SENT = "5f0b0c4e-5f0e-4a43-9a53-0d5a3c1f0b5a"


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return given.hourly_contract(client=alice, freelancer=bob)


@pytest.fixture(autouse=True)
def _thursday() -> Any:
    with clock.pinned(THURSDAY):
        yield


def piece(**facts: str) -> dict[str, str]:
    usual = {"day": "2026-03-04", "start": "09:00", "end": "10:30", "memo": "Tickets"}
    return {**usual, "activity": "support", "op_id": SENT, **facts}


def live_in(user: User, zone: str) -> None:
    user.time_zone = zone
    user.save()


def test_time_is_written_in_the_zone_of_its_person(contract: Contract, bob: User) -> None:
    live_in(bob, "Asia/Kathmandu")  # 5:45 ahead
    assert session_of(bob).post(week(contract), piece()).status_code == 302

    entry = TimeEntry.objects.get()
    assert (entry.started_at, entry.ended_at) == (at(4, 3, 15), at(4, 4, 45))
    page = session_of(bob).get(week(contract)).content.decode()
    assert "09:00–10:30" in page
    assert "03:15 UTC" in page
    (form,) = [session_of(bob).get(reverse("time-entry", args=[entry.ref])).context["form"]]
    assert f"{form['start'].value()}"[:5] == "09:00"


def test_the_same_form_twice_logs_once(contract: Contract, bob: User) -> None:
    client = session_of(bob)
    for _ in range(2):
        assert client.post(week(contract), piece()).status_code == 302
    assert TimeEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"end": "09:00"}, "end", "later than the start"),
        ({"end": "08:00"}, "end", "by 12 hours at most"),
        ({"start": "9 o'clock"}, "start", "valid time"),
        ({"day": "2026-02-30"}, "day", "valid date"),
        ({"day": "2026-03-06"}, None, "has not passed yet"),
        ({"memo": "x" * 201}, "memo", "at most 200"),
    ],
)
def test_time_that_cannot_be_is_refused_beside_its_field(
    contract: Contract, bob: User, facts: dict[str, str], field: str | None, words: str
) -> None:
    answer = session_of(bob).post(week(contract), piece(**facts))

    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert words in " ".join(errors[field or "__all__"])
    assert not TimeEntry.objects.exists()


def test_a_clock_that_was_put_forward_or_back(contract: Contract, bob: User) -> None:
    live_in(bob, "Europe/Berlin")
    client = session_of(bob)
    with clock.pinned(datetime(2026, 3, 29, 20, tzinfo=UTC)):
        url = week(contract, "2026-03-23")
        gap = client.post(url, piece(day="2026-03-29", start="02:30", end="04:00"))
        assert gap.status_code == 422
        assert "There was no 02:30 on 29 March in Europe/Berlin" in gap.content.decode()
        assert (
            client.post(url, piece(day="2026-03-29", start="01:30", end="03:30")).status_code == 302
        )
    assert TimeEntry.objects.get().minutes == 60  # two hours on the wall, one of work
    with clock.pinned(datetime(2026, 10, 25, 20, tzinfo=UTC)):
        url = week(contract, "2026-10-19")
        twice = piece(day="2026-10-25", start="02:30", end="03:30", op_id=SENT.replace("5f", "6f"))
        asked = client.post(url, twice)
        assert asked.status_code == 422
        assert "02:30 the first time, 00:30 UTC" in asked.content.decode()
        assert client.post(url, {**twice, "start_which": "0"}).status_code == 302
    assert TimeEntry.objects.latest("pk").minutes == 120


@pytest.mark.parametrize(("end", "minutes"), [("00:00", 60), ("00:45", 105)])
def test_an_end_before_the_start_is_of_the_next_day(
    contract: Contract, bob: User, end: str, minutes: int
) -> None:
    client = session_of(bob)
    client.post(week(contract), piece(start="23:00", end=end))
    entry = TimeEntry.objects.get()
    assert entry.minutes == minutes

    url = reverse("time-entry", args=[entry.ref])  # as it stands, with other words
    shown = client.get(url).context["form"]
    sent = {f.name: f.value() for f in shown} | {"memo": "Release night"}
    assert client.post(url, sent).status_code == 302
    entry.refresh_from_db()
    assert (entry.memo, entry.minutes, entry.removed_at) == ("Release night", minutes, None)


def test_an_entry_is_corrected_named_and_removed_by_its_page(
    contract: Contract, alice: User, bob: User
) -> None:
    (entry,) = given.wrote(contract, by=bob, start=at(3, 9), minutes=60)
    url, client = reverse("time-entry", args=[entry.ref]), session_of(bob)
    named = reverse("time-activity", args=[entry.ref])
    assert session_of(alice).post(named, {"activity": "meetings"}).status_code == 302
    assert session_of(alice).post(url, piece(day="2026-03-03")).status_code == 422
    assert client.post(url, piece(day="2026-03-03", end="11:00")).status_code == 302
    assert client.get(url).status_code == 404  # it was replaced

    new = TimeEntry.objects.living().get()
    assert (new.minutes, new.replaces_id) == (120, entry.pk)
    assert client.post(reverse("time-removal", args=[new.ref])).status_code == 302
    assert not TimeEntry.objects.living().exists()


def test_a_timer_is_stopped_or_discarded_by_whom_it_is_for(
    contract: Contract, alice: User, bob: User
) -> None:
    first = timing.start(contract.pk, by=bob, at=at(5, 9))
    stop = reverse("timer-stop", args=[first.ref])
    assert session_of(alice).post(stop).status_code == 404
    assert session_of(bob).post(stop, {"memo": "x" * 300}).status_code == 302
    assert Timer.objects.get().is_running
    assert session_of(bob).post(stop, {"memo": "Tickets", "activity": ""}).status_code == 302
    assert TimeEntry.objects.get().memo == "Tickets"
    assert session_of(bob).post(stop, {"memo": "Again"}).status_code == 302
    assert TimeEntry.objects.get().memo == "Tickets"
    assert session_of(alice).get(reverse("timer")).status_code == 404
