"""The sides speak and show, a mediator takes the case, previews, proposes and decides."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import Membership, User
from billing_site.people.services import staffing
from billing_site.platform import clock
from disputes.models import Decision, Dispute, Proposal
from disputes.services import hearing
from disputes.services.opening import open_dispute
from invoices.models import Invoice
from tests import given, given_disputes
from tests.disputes.test_case_pages import consent, text_of
from tests.given_disputes import Case
from tests.signing_in import code_of, half_a_minute_later, session_of, with_second_factor

pytestmark = pytest.mark.django_db
WHY = "The files show about half of what was agreed."


@pytest.fixture
def case() -> Case:
    """Alice disputes a delivery of 1,000 and would pay 400 of it; a mediator is asked."""
    case = given_disputes.opened(at=clock.now() - timedelta(hours=1))
    assert twice(case.alice, reverse("dispute-mediation", args=[case.dispute.ref])) == [302, 302]
    assert case.now().state == "in_mediation"
    return case


def twice(user: User, url: str, **words: str) -> list[int]:
    """Send the same form two times."""
    browser, sent = session_of(user), {"op_id": str(uuid4()), **words}
    return [browser.post(url, sent).status_code for _ in range(2)]


def at_desk(user: User) -> tuple[Client, str]:
    secret = with_second_factor(user)
    return session_of(user), secret


def desk(noun: str, case: Case) -> str:
    return reverse(f"admin:disputes_dispute_{noun}", args=[case.dispute.ref])


def text(browser: Client, url: str) -> str:
    page = browser.get(url)
    assert page.status_code == 200, page
    return " ".join(html.unescape(page.content.decode()).split())


def open_cases(browser: Client) -> list[int]:
    """How many the desk counts first: mine, nobody's, all."""
    return [each.count for each in browser.get(reverse("admin:index")).context["queue"][:3]]


def settles(browser: Client, secret: str, case: Case, figure: str) -> Any:
    """Preview *figure*, confirm that plan, and give the code that is asked for."""
    url = f"{desk('settlement', case)}?figure={figure}"
    form = browser.get(url).context["form"]
    hidden = {field.html_name: field.value() for field in form.hidden_fields()}
    asked = browser.post(desk("settlement", case), {**hidden, "reasons": WHY})
    assert "/2fa/reauthenticate/" in asked.headers["Location"], asked
    half_a_minute_later()
    return browser.post(asked.headers["Location"], {"code": code_of(secret)})


def test_what_is_said_reaches_whom_it_is_for(case: Case) -> None:
    url = reverse("dispute-message", args=[case.dispute.ref])
    for audience, words in (("both", "Look at page 2."), ("freelancer", "Between us.")):
        sent = {"text": words, "audience": audience, "op_id": str(uuid4())}
        assert session_of(case.bob).post(url, sent).status_code == 302
    page = case.dispute.get_absolute_url()
    assert "Look at page 2." in text_of(case.alice, page)
    assert "Between us." not in text_of(case.alice, page)
    assert "Between us." in text_of(case.bob, page)
    wrong = {"text": "x", "audience": "client", "op_id": str(uuid4())}
    assert session_of(case.bob).post(url, wrong).status_code == 422
    paper = session_of(case.alice).get(reverse("dispute-file", args=[case.dispute.ref]))
    assert paper.status_code == 200


def test_a_mediator_takes_previews_and_proposes_and_silence_is_printed(case: Case) -> None:
    browser, secret = at_desk(case.mia)
    assert case.dispute.escrow.title in text(browser, reverse("admin:disputes_dispute_changelist"))
    assert open_cases(browser) == [0, 1, 1]
    assert browser.post(desk("taking", case)).status_code == 302
    assert open_cases(browser) == [1, 0, 1]
    read = text(browser, f"{desk('settlement', case)}?figure=600")
    assert "€540.00" in read  # 600 less 10 %
    assert "€420.00" in read  # 400, and 5 % of it
    assert f"escrow:{case.dispute.escrow.ref}" in read

    settles(browser, secret, case, "600")

    assert case.now().state == "proposed"
    assert str(Proposal.objects.get().figure) == "€600.00"
    for user in (case.alice, case.bob):
        read = text_of(user, case.dispute.get_absolute_url())
        assert WHY in read
        assert "Silence counts as yes: €600.00 to Bob & Co" in read
    answer = reverse("dispute-proposal-answer", args=[case.dispute.ref])
    for user in (case.alice, case.bob):
        assert consent(user, answer, answer="accepted").status_code == 302
    assert case.now().state == "settled"
    assert "€600.00 for Bob & Co" in text_of(case.bob, case.dispute.get_absolute_url())
    assert Invoice.objects.get().gross == given.EUR("600.00")


def test_a_plan_that_changed_is_refused(case: Case) -> None:
    browser, _ = at_desk(case.mia)
    browser.post(desk("taking", case))
    form = browser.get(f"{desk('settlement', case)}?figure=600").context["form"]
    hidden = {field.html_name: field.value() for field in form.hidden_fields()}
    changed = browser.post(desk("settlement", case), {**hidden, "figure": "700", "reasons": WHY})
    assert changed.status_code == 422
    assert "Something changed since you opened this page" in changed.content.decode()
    assert case.now().state == "in_mediation"


def test_who_belongs_to_a_side_does_not_hear_it(case: Case) -> None:
    Membership.objects.create(
        user=case.mia, organization=case.dispute.contract.client, role="viewer", since=clock.now()
    )
    browser, _ = at_desk(case.mia)
    assert "somebody else hears this" in text(browser, desk("desk", case))
    browser.post(desk("taking", case))
    assert case.now().mediator is None


def test_a_case_is_asked_about_noted_and_handed_over(case: Case) -> None:
    browser, _ = at_desk(case.mia)
    browser.post(desk("taking", case))
    form = {"op_id": str(uuid4())}
    asked = {**form, "side": "freelancer", "text": "Which files were handed in?"}
    assert browser.post(desk("question", case), asked).status_code == 302
    note = {**form, "audience": "staff", "text": "Seems honest."}
    assert browser.post(desk("message", case), note).status_code == 302
    assert "Seems honest." in text(browser, desk("desk", case))
    assert "Seems honest." not in text_of(case.alice, case.dispute.get_absolute_url())
    answer = reverse("dispute-question", args=[case.dispute.ref])
    assert session_of(case.alice).get(answer).status_code == 404
    assert "They ask: Which files were handed in?" in text_of(case.bob, answer)
    assert twice(case.bob, answer, words="All nine files.") == [302, 302]
    assert session_of(case.bob).post(answer, {**form, "words": "Ten."}).status_code == 422
    assert case.dispute.messages.filter(by=case.bob).count() == 1
    to = {**form, "to": str(case.max.pk), "reason": "I am away from tomorrow on."}
    assert browser.post(desk("handing-over", case), to).status_code == 302
    assert case.now().mediator == case.max


def test_a_case_of_a_mediator_who_left_is_nobodys(case: Case) -> None:
    hearing.take_on(case.dispute.pk, by=case.mia, at=clock.now())
    browser, _ = at_desk(case.max)
    nobodys = f"{reverse('admin:disputes_dispute_changelist')}?waits_for=nobody"
    assert open_cases(browser) == [0, 0, 1]
    assert case.dispute.escrow.title not in text(browser, nobodys)
    staffing.appoint(case.mia.pk, roles=[], by=SYSTEM("she left"), at=clock.now())
    assert open_cases(browser) == [0, 1, 1]
    assert case.dispute.escrow.title in text(browser, nobodys)
    assert browser.post(desk("taking", case)).status_code == 302
    assert open_cases(browser) == [1, 0, 1]


def test_a_small_claim_is_decided_and_appealed_once(alice: User, bob: User) -> None:
    at = clock.now() - timedelta(hours=1)
    invoice = given.submitted_invoice(
        client=alice, freelancer=bob, price=given.EUR("200.00"), at=at
    )
    assert invoice.escrow_id
    claim = given_disputes.claim(given.EUR("50.00"))
    dispute = open_dispute(invoice.escrow_id, claim, by=alice, at=at)
    mia, max_ = given_disputes.mediator("mia"), given_disputes.mediator("max")
    case = Case(dispute, alice, bob, mia, max_)
    hearing.escalate(dispute.pk, by=alice, at=at)
    browser, secret = at_desk(mia)
    browser.post(desk("taking", case))
    settles(browser, secret, case, "100")
    assert case.now().state == "decided"
    assert Decision.objects.get().in_force_at
    url = reverse("dispute-appeal", args=[dispute.ref])
    assert twice(bob, url, words="A file was overlooked, it is on page two.") == [302, 302]
    assert dispute.messages.filter(by=bob).count() == 1
    assert case.now().state == "in_appeal"
    assert "You proposed or decided in this case" in text(browser, desk("desk", case))
    assert Dispute.objects.get().mediator is None
