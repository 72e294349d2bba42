"""Who took a case and may hear none any more has no case: it waits for a colleague again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from billing_site.kernel.transitions import SYSTEM, NotYours
from billing_site.people.services import staffing
from billing_site.platform import clock
from disputes.models import Side
from disputes.services import hearing, talking
from tests import given_disputes
from tests.disputes.test_desk import at_desk, desk, open_cases, text
from tests.given_disputes import Case

pytestmark = pytest.mark.django_db
WHY = "Another desk from today on."
CASES = "admin:disputes_dispute_changelist"


@pytest.fixture
def case() -> Case:
    """Mia heard the case of Alice and Bob; since then she answers questions, and hears nothing."""
    case = given_disputes.opened(at=clock.now() - timedelta(hours=1))
    hearing.escalate(case.dispute.pk, by=case.alice, at=clock.now())
    hearing.take_on(case.dispute.pk, by=case.mia, at=clock.now())
    staffing.appoint(case.mia.pk, roles=["support"], by=SYSTEM("she moved"), at=clock.now())
    case.mia = type(case.mia).objects.get(pk=case.mia.pk)
    return case


def test_it_waits_for_a_colleague_who_takes_it(case: Case) -> None:
    browser, _ = at_desk(case.max)
    assert open_cases(browser) == [0, 1, 1]
    for waits_for, is_listed in (("nobody", True), ("us", True), ("me", False)):
        listed = text(browser, f"{reverse(CASES)}?waits_for={waits_for}")
        assert (case.dispute.escrow.title in listed) == is_listed
        assert str(case.mia) not in listed
    assert "Nobody hears it." in text(browser, desk("desk", case))

    assert browser.post(desk("taking", case)).status_code == 302

    assert case.now().mediator == case.max
    assert open_cases(browser) == [1, 0, 1]
    assert "Heard by Max." in text(browser, desk("desk", case))


def test_who_had_it_does_nothing_in_it(case: Case) -> None:
    pk, now = case.dispute.pk, clock.now()
    for deed in (
        lambda: hearing.take_on(pk, by=case.mia, at=now),
        lambda: hearing.hand_over(pk, to=case.max, reason=WHY, by=case.mia, at=now),
        lambda: hearing.ask(pk, side=Side.CLIENT, text="Which?", by=case.mia, at=now),
        lambda: talking.say(pk, text="One more thing.", audience="both", by=case.mia, at=now),
    ):
        with pytest.raises(NotYours):
            deed()
    assert case.now().mediator == case.mia

    browser, _ = at_desk(case.mia)
    listed = text(browser, f"{reverse(CASES)}?waits_for=me")
    assert case.dispute.escrow.title not in listed
    page = browser.get(desk("desk", case))
    assert page.context["page"].steps == []
    browser.post(desk("taking", case))
    assert "Mia is no mediator." in text(browser, desk("desk", case))
    assert not case.now().who_hears


def test_who_may_hear_again_has_it_again(case: Case) -> None:
    staffing.appoint(case.mia.pk, roles=["mediator"], by=SYSTEM("she is back"), at=clock.now())
    assert case.now().who_hears == case.mia
    browser, _ = at_desk(case.mia)
    assert open_cases(browser) == [1, 0, 1]
