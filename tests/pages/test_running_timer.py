"""The top of every page says how long a timer runs, to whom it belongs and nobody else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from billing_site.platform import clock
from invoices.services import timing
from tests import given
from tests.given import NOON, days
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
SAID = "Your timer runs for"


def test_a_running_timer_is_on_every_page_of_its_person() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    contract = given.hourly_contract(client=alice, freelancer=bob)
    timer = timing.start(contract.pk, by=bob, at=NOON + days(1))

    with clock.pinned(NOON + days(1.05)):
        page = session_of(bob).get(reverse("contracts")).content.decode()
        assert f"{SAID}</span>1 h 12 min" in page
        assert SAID not in session_of(alice).get(reverse("contracts")).content.decode()
        timing.stop(timer.pk, by=bob, at=NOON + days(1.05))
        assert SAID not in session_of(bob).get(reverse("contracts")).content.decode()


def test_a_forgotten_timer_counts_no_more_than_it_will_write_down() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    contract = given.hourly_contract(client=alice, freelancer=bob)
    timing.start(contract.pk, by=bob, at=NOON + days(1))

    with clock.pinned(NOON + days(1.9)):
        assert f"{SAID}</span>12 h" in session_of(bob).get(reverse("contracts")).content.decode()
