"""A bank reads what was done first, and no visit that was not the client's."""

from __future__ import annotations

import pytest

from billing_site.people.models import SignIn, User
from billing_site.people.services import sign_ins
from billing_site.workflows import evidence
from tests.factories.people import MembershipFactory, UserFactory
from tests.given_world import DAY, MORNING, Studio, studio
from tests.people.test_sign_ins import FIREFOX
from tests.stories.test_a_bank_takes_a_payment_back import delivered, wanted

pytestmark = pytest.mark.django_db


def log_of(world: Studio) -> str:
    _, charge = delivered(world)
    return evidence.pack(wanted(charge, at=MORNING + 4 * DAY))["access_activity_log"]


def test_many_visits_push_no_step_out() -> None:
    world = studio(freelancer_in="AT")
    SignIn.objects.bulk_create(
        SignIn(user=world.ada, on=MORNING, at=MORNING - DAY, browser=f"Browser {n} on Linux")
        for n in range(500)
    )

    log = log_of(world)

    assert len(log) == evidence.MOST
    assert f"{world.ben}: submit" in log
    assert log.index(f"{world.ben}: submit") < log.index("used the site")


def test_who_had_no_seat_then_was_not_the_client() -> None:
    world = studio(freelancer_in="AT")
    left, came = seat(world, "Lea"), seat(world, "Joe", since=MORNING + 3 * DAY)
    left.memberships.update(ended_at=MORNING - 10 * DAY)
    for user, at in (
        (left, MORNING - 20 * DAY),
        (left, MORNING - 5 * DAY),
        (came, MORNING),
        (came, MORNING + 3.5 * DAY),
    ):
        sign_ins.note(user, address="203.0.113.77", agent=FIREFOX, at=at)

    log = log_of(world)

    assert log.count("Lea: used the site") == log.count("Joe: used the site") == 1
    assert f"{MORNING - 20 * DAY:%Y-%m-%d %H:%M} UTC  Lea: used" in log
    assert f"{MORNING + 3.5 * DAY:%Y-%m-%d %H:%M} UTC  Joe: used" in log


def seat(world: Studio, name: str, **facts: object) -> User:
    user = UserFactory.create(name=name)
    MembershipFactory.create(organization=world.client, user=user, **facts)
    return user
