"""Who may hear a case no more is named to nobody as its mediator, and is told nothing of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.services import staffing
from billing_site.platform import clock
from billing_site.platform.models import Notice
from disputes.services import desk_news, hearing
from tests import given_disputes

pytestmark = pytest.mark.django_db


def test_who_hears_no_more_is_neither_named_nor_told() -> None:
    sue, now = given_disputes.supervisor("sue"), clock.now()
    case = given_disputes.opened(at=now - timedelta(hours=1))
    hearing.escalate(case.dispute.pk, by=case.alice, at=now)
    hearing.take_on(case.dispute.pk, by=case.mia, at=now)
    staffing.appoint(case.mia.pk, roles=["support"], by=SYSTEM("she moved"), at=now)

    desk_news.tell_of_lateness(case.now(), now, at=now)
    desk_news.tell_mediator(case.now(), "Bob showed a file", key="shown/1", at=now)

    [late] = Notice.objects.filter(user_id=sue.pk, text__startswith="Late since")
    assert "Heard by: Nobody." in late.text
    assert not Notice.objects.filter(text__startswith="Bob showed a file").exists()
