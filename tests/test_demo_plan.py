"""The demo's script can be played on any day of the week, at any hour."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from billing_site.workflows.demo_world import cast
from billing_site.workflows.demo_world.scripts import deeds, moments
from billing_site.workflows.demo_world.trades import Engagement, Work, engagements
from payments.queries.payout_cost import CANCEL_PERIOD

DAY = timedelta(days=1)
SATURDAY = datetime(2026, 3, 7, tzinfo=UTC)
STARTS = [
    SATURDAY + day * DAY + timedelta(hours=hour) for day in range(7) for hour in (0.1, 12, 23)
]
# How long money is on its way; cards pay at once.
ARRIVES = {"debit": 4 * DAY, "transfer": 2 * DAY}
SECURITY, COOLING = 5 * DAY, 3 * DAY


def when(told: Engagement | Work, now: datetime) -> list[tuple[str, str, datetime]]:
    played = zip(told.steps, moments(told.steps, now=now, dice=Random(3)), strict=True)
    return [(deed.verb, deed.note, at) for deed, at in played]


@pytest.mark.parametrize("now", STARTS, ids=lambda now: f"{now:%a %H}")
def test_work_begins_paid_and_is_answered_in_time(now: datetime) -> None:
    for told in engagements():
        agreed = {verb: at for verb, _note, at in when(told, now)}
        for work in told.work:
            submitted = arrives = now
            for verb, note, at in when(work, now):
                assert at <= now
                if verb == "fund":
                    assert agreed["accept"] < at, work.title
                    arrives = at + ARRIVES.get(note, timedelta(minutes=2))
                elif verb in {"deliver", "begin"}:
                    assert arrives < at, work.title
                    submitted = at
                elif verb in {"return", "approve", "recant"}:
                    assert at < submitted + told.review_days * DAY, work.title


@pytest.mark.parametrize("now", STARTS, ids=lambda now: f"{now:%a %H}")
def test_a_contract_ends_when_its_work_is_approved(now: datetime) -> None:
    for told in engagements():
        agreed = {verb: at for verb, _note, at in when(told, now)}
        approvals = [at for work in told.work if (at := approved_at(told, work, now))]
        if "accept" in agreed:
            assert agreed["accept"] < agreed["offer"] + 14 * DAY
        if "end" in agreed:
            assert agreed["end"] > max(approvals), told.title


@pytest.mark.parametrize("now", STARTS, ids=lambda now: f"{now:%a %H}")
def test_nobody_withdraws_what_is_not_there(now: datetime) -> None:
    for firm in cast.cast().firms:
        earned = sorted(
            (at + SECURITY, work.price * 0.9)
            for told in engagements()
            for work in told.work
            if told.freelancer == firm.key and (at := approved_at(told, work, now))
        )
        played = moments(firm.steps, now=now, dice=Random(3), at_weekends=True)
        withdrawn, usable, comes_back, asked_at = 0.0, now, False, now
        for deed, at in zip(firm.steps, played, strict=True):
            if deed.verb == "bank":
                usable, comes_back = at + COOLING, deed.note.endswith("closes")
            if deed.verb in {"withdraw", "withdraw_at_once"}:
                there = sum(amount for moment, amount in earned if moment < at) - withdrawn
                asked = float(deed.note) if deed.note else there
                assert at > usable, (firm.key, deed)
                assert 5 < asked <= there, (firm.key, deed)
                withdrawn += 0 if comes_back else asked
                asked_at = at
            if deed.verb == "take_back":
                assert at < asked_at + CANCEL_PERIOD, (firm.key, deed)


def approved_at(told: Engagement, work: Work, now: datetime) -> datetime | None:
    """When somebody approved it, or silence did; None while nobody has."""
    played = when(work, now)
    if not played or played[-1][0] not in {"approve", "deliver"}:
        return None
    verb, _note, at = played[-1]
    decided = at if verb == "approve" else at + told.review_days * DAY
    return decided if decided < now else None


def test_old_deeds_of_a_weekend_fall_on_its_friday_evening_in_their_order() -> None:
    steps = deeds(["offer 42", "accept 41", "end 30"])  # A Saturday, a Sunday, a Thursday.

    told = moments(steps, now=SATURDAY, dice=Random(1))

    assert [f"{at:%a %-d %b}" for at in told] == ["Fri 23 Jan", "Fri 23 Jan", "Thu 5 Feb"]
    assert [at.hour for at in told[:2]] == [18, 19]


def test_what_is_told_exactly_happens_exactly_then() -> None:
    steps = deeds(["fund 1.5", "withdraw 16m", "leave 0s"])

    told = moments(steps, now=SATURDAY, dice=Random(1))

    assert told == [SATURDAY - 1.5 * DAY, SATURDAY - timedelta(minutes=16), SATURDAY]


def test_the_same_seed_tells_the_same_story() -> None:
    def told(seed: int) -> list[datetime]:
        dice = Random(seed)
        return [at for each in engagements() for at in moments(each.steps, now=SATURDAY, dice=dice)]

    assert told(1) == told(1)
    assert told(1) != told(2)


def test_deeds_follow_each_other_and_none_lies_ahead() -> None:
    for each in engagements():
        for steps in (each.steps, *(work.steps for work in each.work)):
            told = moments(steps, now=SATURDAY, dice=Random(7))
            assert told == sorted(set(told))
            assert all(at <= SATURDAY for at in told)


def test_nobody_in_it_is_real() -> None:
    everybody = [*cast.cast().staff, *cast.cast().people]
    assert all(person.email.endswith(".example") for person in everybody)
    texts = "\n".join(path.read_text() for path in Path(cast.__file__).parent.rglob("*.toml"))
    known = "Upwork|Fiverr|Toptal|Stripe|PayPal|Google|Meta|Amazon|Microsoft|Apple|Adobe|Shopify"
    assert not re.findall(rf"\b({known}|Slack|Figma|Notion|Instagram|TikTok|LinkedIn)\b", texts)
