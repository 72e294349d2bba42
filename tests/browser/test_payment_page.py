"""Scenario 58: the policy lets a form lead to the provider's page, in a browser that minds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from csp.constants import SELF

from billing_site import content_policy
from payments.gateways.base import HostedPage
from tests import given
from tests.browser.fixtures import OpenPage, sign_in
from tests.chromium import Complaints
from tests.given import NOON
from tests.payments.stripe import world
from tests.payments.stripe.instead import stripe_instead
from tests.signing_in import able_to_sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
THEIRS = "https://checkout.stripe.com/"


@pytest.fixture
def _stripe(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The library, with the sandbox at its other end: its pages are at the provider's address."""

    def theirs(session_id: str) -> HostedPage:
        return HostedPage(f"{THEIRS}c/{session_id}", session_id, NOON)

    monkeypatch.setattr(world, "checkout_page", theirs)
    with stripe_instead(settings, monkeypatch):
        yield


@pytest.mark.scenario(58)
@pytest.mark.usefixtures("_stripe")
@pytest.mark.parametrize("allowed", [True, False], ids=["our policy", "without their address"])
def test_58_the_payment_page_is_reached(
    open_page: OpenPage, complaints: Complaints, settings: Any, *, allowed: bool
) -> None:
    """The second is the control: with a policy that names nobody else, Chromium stops there."""
    if not allowed:
        ours = {**content_policy.DIRECTIVES, "form-action": [SELF]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": ours}
    ada = able_to_sign_in(given.person("ada"))
    milestone = given.planned_milestone(
        client=ada, freelancer=given.person("ben", kind="freelancer")
    )
    page = sign_in(open_page(), ada)
    page.goto(f"/milestones/{milestone.ref}/funding/")
    go_on = page.get_by_role("button", name="Go on and pay")

    if allowed:  # Nobody is at that address here; the browser has tried.
        with page.expect_event("requestfailed", lambda failed: failed.url.startswith(THEIRS)):
            go_on.click()
        assert not complaints_of(complaints)
    else:
        with page.expect_console_message(lambda said: "form-action" in said.text):
            go_on.click()
        assert complaints_of(complaints)
    page.close()  # and nothing is said any more
    complaints.clear()


def complaints_of(heard: Complaints) -> list[str]:
    return [said for said in heard if "form-action" in said]
