"""The two sides open, read and settle a dispute by its pages."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import Membership, User
from billing_site.platform import clock
from disputes.models import Dispute, Offer
from disputes.queries.case_page import case_page
from disputes.queries.waiting import waiting_for
from disputes.services.opening import open_dispute
from invoices.models import Invoice
from invoices.queries.viewer import viewer_of
from tests import given, given_disputes
from tests.given_disputes import Case
from tests.pages.test_navigation import a_request_of, of
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    """Alice disputes a delivery of 1,000 and would pay 400 of it."""
    return given_disputes.opened(at=clock.now() - timedelta(hours=1))


def text_of(user: User, url: str) -> str:
    page = session_of(user).get(url)
    assert page.status_code == 200, page
    return " ".join(html.unescape(page.content.decode()).split())


def consent(user: User, url: str, **words: str) -> Any:
    """Open the page, and send its form back with *words* in it."""
    browser = session_of(user)
    form = browser.get(url).context["form"]
    hidden = {field.html_name: field.value() for field in form.hidden_fields()}
    return browser.post(url, {**hidden, **words})


def membership(user: User) -> Membership:
    return Membership.objects.select_related("organization").get(user=user)


@pytest.mark.parametrize("which", ["invoice", "milestone"])
def test_it_is_opened_after_its_meaning_was_read(alice: User, bob: User, which: str) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob, at=clock.now())
    assert invoice.milestone
    ref = {"invoice": invoice.ref, "milestone": invoice.milestone.ref}[which]
    url = f"{reverse('dispute-new')}?{which}={ref}"
    read = text_of(alice, url)
    assert "€1,000.00 is held for it. It would be frozen at once" in read
    assert "silence about a proposal count as yes" in read
    looked_at = f"{url}&figure=200"
    assert "€180.00" in text_of(alice, looked_at)  # less 10 %
    assert "€848.00" in text_of(alice, looked_at)  # 800, 5 % of it, and 20 % VAT on that
    words = {"reason": "not_as_agreed", "words": "Not our colors.", "accepts": "on"}

    refused = consent(alice, looked_at, **{**words, "words": ""})
    assert refused.status_code == 422
    assert not Dispute.objects.exists()
    done = consent(alice, looked_at, **words)

    dispute = Dispute.objects.get()
    assert done.headers["Location"] == dispute.get_absolute_url()
    shown = text_of(alice, dispute.get_absolute_url())
    assert "If all is theirs" in shown
    assert "at the latest" not in shown  # its clock stands still
    assert str(dispute.claimed) == "€200.00"
    assert Invoice.objects.get().state == "contested"
    assert session_of(bob).get(url).headers["Location"] == dispute.get_absolute_url()


def test_what_is_not_held_is_not_contested(alice: User, bob: User, charlie: User) -> None:
    paid = given.paid_invoice(client=alice, freelancer=bob, at=clock.now())
    url = f"{reverse('dispute-new')}?invoice={paid.ref}"
    assert "Nothing is held for it." in text_of(alice, url)
    sent = {"op_id": str(uuid4()), "figure": "1", "invoice": paid.ref}
    answer = session_of(alice).post(url, sent)
    assert answer.status_code == 422
    assert session_of(charlie).get(url).status_code == 404
    assert "Begin where the money is" in text_of(charlie, reverse("dispute-new"))


def test_both_sides_read_the_case_and_nobody_else(case: Case, charlie: User) -> None:
    for user in (case.alice, case.bob):
        read = text_of(user, case.dispute.get_absolute_url())
        assert "€1,000.00 is frozen" in read
        assert "If Bob & Co says nothing, a mediator takes the case" in read
        assert case.dispute.escrow.title in text_of(user, reverse("disputes"))
    assert session_of(charlie).get(case.dispute.get_absolute_url()).status_code == 404
    assert case.dispute.escrow.title not in text_of(charlie, reverse("disputes"))


def test_figures_that_meet_settle_at_the_one_that_stood_first(case: Case) -> None:
    url = reverse("dispute-offer", args=[case.dispute.ref])
    assert consent(case.bob, f"{url}?figure=900", words="It is done.").status_code == 302
    assert case.now().state == "open"
    assert "€900.00" in text_of(case.alice, case.dispute.get_absolute_url())
    too_much = session_of(case.bob).get(f"{url}?figure=1000.01")
    assert "is all there is" in html.unescape(too_much.content.decode())
    consent(case.bob, f"{url}?figure=350")

    assert case.now().state == "settled"
    assert "€400.00 for Bob & Co" in text_of(case.bob, case.dispute.get_absolute_url())
    hers = text_of(case.alice, case.dispute.get_absolute_url())
    told = [
        "was in dispute",
        "named €900.00 for Bob & Co",
        "back to Alice & Co, with our fee on it",
    ]
    for words in (*told, "Sent back to you", "€600.00 and €30.00 of our fee"):
        assert words in hers
    assert "No figure stands" not in hers


def test_the_other_sides_figure_is_accepted_by_who_speaks_for_a_side(case: Case) -> None:
    offer = case.dispute.offers.get()
    url = reverse("dispute-offer-acceptance", args=[case.dispute.ref, offer.ref])
    assert "€360.00" in text_of(case.bob, url)
    assert consent(case.alice, url, accepts="on").status_code == 422
    viewer = given.member(case.bob, "vera", role="viewer")
    assert consent(viewer, url, accepts="on").status_code == 422
    assert case.now().state == "open"
    assert consent(case.bob, url, accepts="on").status_code == 302
    assert case.now().state == "settled"


def test_the_file_of_the_case_is_a_pdf_for_an_archive(case: Case) -> None:
    paper = session_of(case.alice).get(reverse("dispute-file", args=[case.dispute.ref]))
    assert paper.content.startswith(b"%PDF-")
    assert b"pdfaid" in paper.content or paper.content.count(b"/Metadata")


def test_it_waits_for_the_other_side_at_home_and_at_the_side(case: Case) -> None:
    bob, alice = membership(case.bob), membership(case.alice)
    assert [each.url for each in waiting_for(bob)] == [case.dispute.get_absolute_url()]
    assert waiting_for(alice) == []
    assert "Alice & Co disputes" in text_of(case.bob, reverse("home"))
    for seat, is_due in ((bob, True), (alice, False)):
        side = of(a_request_of(seat))
        assert (side["Disputes"].count, side["Disputes"].due) == (1, is_due)


def test_a_case_that_was_answered_waits_for_both(case: Case) -> None:
    url = reverse("dispute-offer", args=[case.dispute.ref])
    consent(case.bob, f"{url}?figure=900", words="It is done.")
    offer = Offer.objects.standing().get(side="freelancer")

    (alices,) = waiting_for(membership(case.alice))
    (bobs,) = waiting_for(membership(case.bob))

    assert alices.words.startswith("Bob & Co offers to settle")
    assert alices.badge == f"accept by {offer.expires_at.day} {offer.expires_at:%B}"
    assert bobs.url == case.dispute.get_absolute_url()
    assert "Deliver “" not in text_of(case.bob, reverse("home"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_and_the_case_ask_the_same_for_one_row_and_for_three(
    rows: int, alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    at = clock.now() - timedelta(hours=1)
    for _ in range(rows):
        invoice = given.submitted_invoice(client=alice, freelancer=bob, at=at)
        assert invoice.escrow_id
        claim = given_disputes.claim(given.EUR("400.00"))
        dispute = open_dispute(invoice.escrow_id, claim, by=alice, at=at)
    browser = session_of(alice)
    browser.get(reverse("disputes"))
    for number in range(rows):
        dispute.messages.create(side="client", text=f"Word {number}.", by=alice, at=at)
    with django_assert_num_queries(9):
        browser.get(reverse("disputes"))
    viewer = viewer_of(membership(alice), dispute.contract)
    with django_assert_num_queries(17):
        case_page(Dispute.objects.told().get(pk=dispute.pk), viewer, at=clock.now())
