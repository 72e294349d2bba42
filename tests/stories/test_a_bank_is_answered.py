"""What a bank is shown is what both sides did here, in their own words, with names and times."""

from __future__ import annotations

import pytest

from billing_site.workflows import evidence
from tests.given_world import DAY, MORNING, studio
from tests.stories.test_a_bank_takes_a_payment_back import delivered, wanted

pytestmark = pytest.mark.django_db


def test_the_pack_shows_contract_delivery_and_who_did_what() -> None:
    world = studio(freelancer_in="AT")
    _, charge = delivered(world)
    case = wanted(charge, at=MORNING + 4 * DAY)

    pack = evidence.pack(case)

    assert pack["customer_name"] == str(world.client)
    assert pack["customer_email_address"] == world.ada.email
    assert pack["service_date"] == "2026-03-05"
    assert "Contract “Booking system” between" in pack["product_description"]
    assert "1,260.00" in pack["product_description"]
    assert "2026-03-05 09:00 UTC  Delivered: All of it." in pack["uncategorized_text"]
    assert f"{world.ben}: accept" in pack["access_activity_log"]
    assert sum(map(len, pack.values())) < 150_000
