"""An award at the desk: what was signed is uploaded, looked at with its plan, and given over it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from billing_site.platform import clock
from disputes.models import AwardDocument, Decision, Mandate
from payments.models import Escrow
from tests import given
from tests.disputes.arbitrated import external, held
from tests.disputes.test_arbitration import REFUSED
from tests.disputes.test_case_pages import text_of
from tests.disputes.test_desk import WHY, at_desk, desk, text
from tests.given import EUR, days
from tests.given_disputes import Case, mediator
from tests.invoices.books import assert_every_law_holds
from tests.signing_in import code_of, half_a_minute_later, session_of

pytestmark = pytest.mark.django_db
AT = REFUSED + days(2)
SIGNED = b"%PDF-1.7 signed by the arbiter %%EOF"


def hidden_in(browser: Client, url: str) -> dict[str, Any]:
    form = browser.get(url).context["form"]
    return {field.html_name: field.value() for field in form.hidden_fields()}


def uploads(browser: Client, case: Case) -> AwardDocument:
    url = desk("award", case)
    paper = SimpleUploadedFile("award.pdf", SIGNED, "application/pdf")
    assert browser.post(url, {**hidden_in(browser, url), "document": paper}).status_code == 302
    return AwardDocument.objects.get()


def test_an_award_is_given_by_its_pages() -> None:
    case = external()
    Mandate.objects.create(mediator=case.max, currency="EUR", cap=EUR("5000.00"))
    browser, secret = at_desk(case.max)
    with clock.pinned(AT):
        assert "Take the case" in text(browser, desk("desk", case))
        browser.post(desk("taking", case))
        read = text(browser, desk("desk", case))
        for step in ("Upload the signed award", "Preview a settlement", "Discontinue"):
            assert step in read
        url = f"{desk('settlement', case)}?figure=650"
        hidden = hidden_in(browser, url)
        too_early = browser.post(url, {**hidden, "reasons": WHY})
        assert too_early.status_code in (302, 422)  # proven or not: nothing was signed yet
        assert not Decision.objects.exists()

        document = uploads(browser, case)
        link = reverse("file", args=[document.file.ref])
        assert link in text(browser, desk("desk", case))
        assert browser.get(link).status_code == 200
        assert session_of(case.bob).get(link).status_code == 404  # it is not in force yet

        assert "€585.00" in text(browser, url)  # 650 less 10 %
        page = browser.get(url)
        assert document.sha256[:12] in page.content.decode()
        said = {**hidden_in(browser, url), "reasons": WHY, "costs_on": "client"}
        asked = browser.post(url, said)
        assert "/2fa/reauthenticate/" in asked.headers["Location"]
        assert not Decision.objects.exists()
        half_a_minute_later()
        browser.post(asked.headers["Location"], {"code": code_of(secret)})

        now = case.now()
        assert (now.state, now.figure) == ("awarded", EUR("650.00"))
        decision = Decision.objects.get()
        assert (decision.document, decision.costs_on) == (document.file, "client")
        assert Escrow.objects.get().released == EUR("650.00")
        browser.post(url, said)  # the same form again
        assert Decision.objects.count() == 1
        for user in (case.alice, case.bob):
            read = text_of(user, case.dispute.get_absolute_url())
            assert "€650.00 for Bob & Co" in read
            assert WHY in read
            assert "Alice & Co bears both shares of the arbiter" in read
            assert link in read
            assert session_of(user).get(link).status_code == 200
        assert "Nothing waits for our staff" not in text(browser, desk("desk", case))
    given.jobs_done(at=AT)
    assert held(case) == EUR("0.00")
    assert_every_law_holds()


def test_above_a_cap_a_second_person_confirms_by_the_desk() -> None:
    """One person alone moves nothing; the second proves themselves as well."""
    case = external()
    first, secret = at_desk(case.max)
    with clock.pinned(AT):
        first.post(desk("taking", case))
        uploads(first, case)
        Mandate.objects.create(mediator=case.max, currency="EUR", cap=EUR("1.00"))
        url = f"{desk('settlement', case)}?figure=650"
        hidden = hidden_in(first, url)
        asked = first.post(url, {**hidden, "reasons": WHY})
        half_a_minute_later()
        first.post(asked.headers["Location"], {"code": code_of(secret)})
        assert case.now().state == "in_arbitration"
        assert Decision.objects.get().in_force_at is None
        refused = first.post(desk("confirmation", case))
        assert "/2fa/reauthenticate/" in refused.headers["Location"]
        half_a_minute_later()
        first.post(refused.headers["Location"], {"code": code_of(secret)})
        assert case.now().state == "in_arbitration", "Nobody is the second person to themselves."

        second, other = at_desk(mediator("una"))
        assert "Confirm the award" in text(second, desk("desk", case))
        asked = second.post(desk("confirmation", case))
        assert "/2fa/reauthenticate/" in asked.headers["Location"]
        assert case.now().state == "in_arbitration"
        half_a_minute_later()
        second.post(asked.headers["Location"], {"code": code_of(other)})
        assert case.now().state == "awarded"
    assert_every_law_holds()
