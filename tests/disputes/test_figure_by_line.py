"""A figure of a case about several hours is put together of them, by whoever names one."""

from __future__ import annotations

import html
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from disputes.models import Dispute, Offer, Reason
from disputes.queries.figure_by_line import MOST_WORDS, FigureByLine, LineRow, figure_by_line
from disputes.services import hearing, standard_texts
from disputes.services.opening import Claim, open_dispute
from invoices.models import TimeEntry
from tests import given, given_disputes
from tests.given import EUR, days
from tests.invoices.test_contesting_a_part import PAID, billed
from tests.invoices.test_part_dividing import TUESDAY
from tests.invoices.test_part_dividing import billed as billed_unevenly
from tests.signing_in import session_of, with_second_factor

pytestmark = pytest.mark.django_db
SAID = Claim(Reason.HOURS_NOT_WORKED, "Nobody was there.", EUR("0.00"))


def read(browser: Client, url: str) -> str:
    return " ".join(html.unescape(browser.get(url).content.decode()).split())


def test_a_side_ticks_what_it_would_pay(alice: User, bob: User) -> None:
    invoice = billed(alice, bob)
    assert invoice.escrow_id
    dispute = open_dispute(invoice.escrow_id, SAID, by=alice, at=PAID)
    first, _second = TimeEntry.objects.order_by("pk").values_list("ref", flat=True)
    url = reverse("dispute-offer", args=[dispute.ref])
    with clock.pinned(PAID + days(1)):
        browser = session_of(bob)
        assert "4 h on Mon 2 Mar, 09:00 UTC · €200.00" in read(browser, url)
        assert "Name this figure" not in read(browser, url)
        assert "€0.00" in read(browser, f"{url}?by_line=1")  # nothing is ticked: all goes back
        ticked = f"{url}?by_line=1&line={first}"
        page = browser.get(ticked)
        form = page.context["form"]
        assert form["words"].value() == "For 4 h on Mon 2 Mar, 09:00 UTC (€200.00)."
        sent = {field.html_name: field.value() for field in form}
        assert Decimal(sent["figure"]) == 200
        assert browser.post(ticked, sent).status_code == 302
    offer = Offer.objects.get(side="freelancer")
    assert (offer.figure, offer.words) == (EUR("200.00"), sent["words"])


def test_a_mediator_ticks_what_is_paid(alice: User, bob: User) -> None:
    invoice, mia = billed(alice, bob), given_disputes.mediator("mia")
    assert invoice.escrow_id
    dispute = open_dispute(invoice.escrow_id, SAID, by=alice, at=PAID)
    hearing.escalate(dispute.pk, by=bob, at=PAID)
    hearing.take_on(dispute.pk, by=mia, at=PAID)
    with_second_factor(mia)
    _, second = TimeEntry.objects.order_by("pk").values_list("ref", flat=True)
    with clock.pinned(PAID + days(1)):
        url = reverse("admin:disputes_dispute_settlement", args=[dispute.ref])
        page = session_of(mia).get(f"{url}?by_line=1&line={second}")
    assert page.context["plan"].figure == EUR("200.00")
    assert page.context["form"]["reasons"].value().startswith("For 4 h on Tue 3 Mar")


def test_the_parts_are_all_there_is_to_the_cent(alice: User, bob: User) -> None:
    """100, 80 and 60 minutes at 50 an hour."""
    invoice = billed_unevenly(alice, bob)
    assert invoice.escrow_id
    dispute = open_dispute(invoice.escrow_id, SAID, by=alice, at=TUESDAY)
    refs = list(TimeEntry.objects.order_by("pk").values_list("ref", flat=True))
    found = figure_by_line(dispute, refs)
    assert found
    assert [row.amount for row in found.rows] == [EUR("83.33"), EUR("66.67"), EUR("50.00")]
    assert found.figure == dispute.at_stake
    some = figure_by_line(dispute, refs[:1])
    assert some
    assert some.figure == EUR("83.33")


def test_one_piece_is_no_choice(alice: User, bob: User) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob, at=clock.now())
    assert invoice.escrow_id
    dispute = open_dispute(invoice.escrow_id, SAID, by=alice, at=clock.now())
    assert figure_by_line(Dispute.objects.get(pk=dispute.pk), ["1"]) is None
    url = reverse("dispute-offer", args=[dispute.ref])
    assert "Line by line" not in read(session_of(bob), f"{url}?by_line=1&line=1")


def test_many_lines_leave_room_for_words() -> None:
    amount = EUR("200.00")
    row = LineRow("1", "4 h on Mon 2 Mar, 09:00 UTC", "", amount, is_ticked=True)
    words = FigureByLine([row] * 100, amount * 100).words
    assert words.endswith("(€200.00) and 75 more.")
    assert len(words) < MOST_WORDS + 20


def test_a_standard_text_and_the_lines_stand_one_after_the_other(alice: User, bob: User) -> None:
    invoice, mia = billed(alice, bob), given_disputes.mediator("mia")
    assert invoice.escrow_id
    dispute = open_dispute(invoice.escrow_id, SAID, by=alice, at=PAID)
    hearing.escalate(dispute.pk, by=bob, at=PAID)
    hearing.take_on(dispute.pk, by=mia, at=PAID)
    text = standard_texts.write(
        purpose="ruling", title="Part", text="{figure} of it.", by=mia, at=PAID
    )
    with_second_factor(mia)
    first, _ = TimeEntry.objects.order_by("pk").values_list("ref", flat=True)
    url = reverse("admin:disputes_dispute_settlement", args=[dispute.ref])
    with clock.pinned(PAID + days(1)):
        browser = session_of(mia)
        page = browser.get(f"{url}?by_line=1&line={first}")
        asks = page.context["begins"].asks  # which carries the lines on
        assert f'<input type="hidden" name="line" value="{first}"' in page.content.decode()
        page = browser.get(url, {**asks.data, "begin": text.ref})
    told = page.context["form"]["reasons"].value()
    assert told.startswith("€200.00 of it.\n\nFor 4 h on Mon 2 Mar")
    assert page.context["plan"].figure == EUR("200.00")
