"""At the desk a question leads to what it is about, and credit over it asks for a second factor."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from disputes.models import Goodwill
from disputes.services import support
from tests import given
from tests.disputes.test_goodwill import WHY, asked_by, credit_of, with_permission
from tests.given import EUR, NOON
from tests.given_disputes import opened
from tests.signing_in import code_of, half_a_minute_later, session_of, with_second_factor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["case", "invoice"])
def test_staff_goes_from_a_question_to_what_it_is_about(kind: str, mia: User) -> None:
    case = opened()
    about = case.dispute if kind == "case" else case.dispute.invoice
    ticket = support.ask(
        subject="When?", text="Well?", about=about.ref, by=case.alice, at=NOON, op_id=uuid4()
    )
    browser = session_of(mia)
    page = browser.get(reverse("admin:disputes_ticket_thread", args=[ticket.ref]))
    desk = page.context["page"].desk_url
    assert f'<a href="{desk}">' in page.content.decode()
    assert browser.get(desk).status_code in {200, 403}, "Who may not read it is told so there."
    assert about.get_absolute_url() not in page.content.decode()


def test_it_is_given_from_the_question_and_confirmed_in_the_list(alice: User) -> None:
    sam, tom = with_permission("sam"), with_permission("tom")
    for user in (sam, tom):
        user.user_permissions.add(*Permission.objects.filter(codename__startswith="view_"))
    Authenticator.objects.all().delete()
    secrets = {user: with_second_factor(user) for user in (sam, tom)}
    with clock.pinned(NOON):
        url = reverse("admin:disputes_goodwill_giving", args=[asked_by(alice).ref])
        facts = {"client": given.organization(alice).ref, "reason": WHY, "op_id": str(uuid4())}
        browser = session_of(sam)
        assert browser.get(url).status_code == 200
        for wrong in ("1e9", "-5", "1.234"):
            assert browser.post(url, {**facts, "sum": wrong}).status_code == 422
        asked = browser.post(url, {**facts, "sum": "75,50"})
        assert not Goodwill.objects.exists(), "A stolen session gives nothing."
        proves(browser, secrets[sam], asked)
        chosen = {"action": "confirm", ACTION_CHECKBOX_NAME: [Goodwill.objects.get().pk]}
        answer = {**chosen, "decided": "1", "reason": WHY}
        browser = session_of(tom)
        asked = browser.post(reverse("admin:disputes_goodwill_changelist"), answer)
        assert credit_of(alice) == EUR("0.00")
        proves(browser, secrets[tom], asked)
    assert credit_of(alice) == EUR("75.50")


def proves(browser: Client, secret: str, asked: Any) -> None:
    assert "/2fa/reauthenticate/" in asked.headers["Location"]
    half_a_minute_later()
    browser.post(asked.headers["Location"], {"code": code_of(secret)})
