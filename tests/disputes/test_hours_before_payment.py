"""Hours whose payment is on its way are not divided; they can be sent back, as the page says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Invoice
from invoices.services import invoicing, silence
from payments.models import Charge, Escrow
from tests import given
from tests.disputes.test_case_pages import text_of
from tests.given import NOON, days
from tests.given_world import live

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 3, 10, 12, tzinfo=UTC)  # the day after the week was billed
AFTER = TUESDAY + days(7)
LINK = "You disagree? Open a dispute"


def test_who_disagrees_before_the_payment_came_sends_the_hours_back(alice: User, bob: User) -> None:
    contract = given.hourly_contract(client=alice, freelancer=bob)
    given.wrote(contract, by=bob, start=NOON + days(1), minutes=240)
    live(NOON, TUESDAY)
    invoice = Invoice.objects.get()
    page = invoice.get_absolute_url()
    opening = f"{reverse('dispute-new')}?invoice={invoice.ref}"
    with clock.pinned(TUESDAY):
        read = text_of(alice, page)
        assert LINK not in read
        assert LINK not in text_of(bob, page)
        assert "ask for changes by the date above: then nothing counts as approved" in read
        assert "you can ask for changes while it is reviewed" in text_of(alice, opening)

    invoicing.return_(invoice.pk, reason="Which calls?", by=alice, at=TUESDAY)
    assert silence.approve_unanswered(at=AFTER) == []
    given.pay(Charge.objects.get(), at=AFTER)
    given.jobs_done(at=AFTER)

    invoice.refresh_from_db()
    assert (invoice.state, Escrow.objects.get().state) == ("returned", "held")
    with clock.pinned(AFTER):
        for user in (alice, bob):
            assert LINK in text_of(user, page)
