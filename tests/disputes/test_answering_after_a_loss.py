"""Who answers a proposal reads what it divides, or that it does not fit the money any more."""

from __future__ import annotations

import pytest
from django.urls import reverse

from billing_site.platform import clock
from disputes.models import Dispute
from disputes.services import hearing
from tests.disputes import interlock
from tests.disputes.heard import plan
from tests.disputes.test_case_pages import text_of
from tests.disputes.test_interlock import World
from tests.given import EUR
from tests.given_disputes import WHY, Case, mediator
from tests.payments.given_chargebacks import decided, wanted
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Mia proposes 600 of the 1,000 that Alice paid."""
    world = World(interlock.Stage.HELD, interlock.Case.RUNNING)
    dispute, mia, at, figure = Dispute.objects.get(), mediator("mia"), world.at(), EUR("600.00")
    hearing.escalate(dispute.pk, by=world.bob, at=at)
    hearing.take_on(dispute.pk, by=mia, at=at)
    seen = plan(Case(dispute, world.alice, world.bob, mia, mia), figure, at)
    hearing.propose(dispute.pk, figure=figure, reasons=WHY, plan_hash=seen, by=mia, at=at)
    return world


def test_a_proposal_from_before_a_bank_took_a_part_is_not_divided_anew(world: World) -> None:
    url = reverse("dispute-proposal-answer", args=[Dispute.objects.get().ref])
    with clock.pinned(world.now):
        assert f"{world.alice.name} & Co has back" in text_of(world.bob, url)
    case = wanted(world.charge, at=world.now, amount=EUR("530.00"))
    decided(case, won=False, at=world.now)

    with clock.pinned(world.at()):
        read = text_of(world.bob, url)
        on_the_case = text_of(world.bob, Dispute.objects.get().get_absolute_url())
        browser = session_of(world.bob)
        form = browser.get(url).context["form"]
        hidden = {field.html_name: field.value() for field in form.hidden_fields()}
        agreed = browser.post(url, {**hidden, "answer": "accepted"})
        refused = browser.post(url, {**hidden, "answer": "refused"})

    assert "the proposal does not fit any more" in read
    assert "has back" not in read
    for page in (read, on_the_case):
        assert "Silence counts as no" in page
        assert "Silence counts as yes" not in page
    assert (agreed.status_code, refused.status_code) == (422, 302)
    assert Dispute.objects.get().state == "unresolved"
