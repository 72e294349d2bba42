"""The pages of projects and of their budgets."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing_site.people.models import User
from invoices.models import Project
from invoices.services import contracts
from tests import given, given_projects
from tests.given import EUR, NOON
from tests.invoices.budgeted import draft_in
from tests.signing_in import session_of


# Pages.
def test_a_page_refuses_beside_its_field_and_a_tick_goes_on(alice: User, bob: User) -> None:
    browser = session_of(alice)
    project = given_projects.budgeted(alice, EUR("500.00"), is_hard=False)
    contract = draft_in(project, alice, bob)
    url = reverse("contract-offer", args=[contract.ref])
    form = browser.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"accepts": "on"}
    refused = browser.post(url, sent)
    assert refused.status_code == 422
    assert "Go over the budget all the same" in refused.content.decode()
    assert browser.post(url, sent | {"over_budget": "on"}).status_code == 302


def test_the_freelancer_reads_the_name_and_never_a_budget(alice: User, bob: User) -> None:
    project = given_projects.budgeted(alice, EUR("7777.00"))
    contract = draft_in(project, alice, bob)
    contracts.offer(contract.pk, by=alice, at=NOON)
    browser = session_of(bob)
    for name in ("contract", "contract-acceptance"):
        page = browser.get(reverse(name, args=[contract.ref])).content.decode()
        assert "Relaunch (WEB-26)" in page
        assert "7,777" not in page
    for url in (
        project.get_absolute_url(),
        project.budgets.get().get_absolute_url(),
        reverse("projects"),
        reverse("contract-project", args=[contract.ref]),
    ):
        assert browser.get(url).status_code == 404


def test_lists_ask_the_same_number_of_questions(alice: User, bob: User) -> None:
    browser: Client = session_of(alice)

    def asked(url: str) -> int:
        browser.get(url)
        with CaptureQueriesContext(connection) as found:
            assert browser.get(url).status_code == 200
        return len(found)

    def one(number: int) -> Project:
        project = given_projects.budgeted(alice, EUR("9000.00"), code=f"P{number}")
        for _ in range(number):
            contracts.offer(draft_in(project, alice, bob).pk, by=alice, at=NOON)
            hourly = given.hourly_contract(client=alice, freelancer=bob)
            given_projects.assigned(hourly, project, by=alice)
        return project

    few = one(1)
    before = asked(reverse("projects")), asked(few.get_absolute_url())
    many = one(3)
    one(2)
    assert (asked(reverse("projects")), asked(many.get_absolute_url())) == before
    assert max(before) <= 24, before


def test_a_client_begins_a_project_and_sets_its_budget(alice: User) -> None:
    browser = session_of(alice)
    assert browser.get(reverse("projects")).status_code == 200
    facts = {"name": "Launch", "code": "L-1", "cost_center": "", "currency": "EUR"}
    url = browser.post(reverse("project-new"), facts)["Location"]
    ref = url.strip("/").split("/")[-1]
    budget_url = reverse("budget-new", args=[ref])
    nothing = {"period": "month", "category": "", "money": "", "hours": "", "is_hard": "yes"}
    assert browser.post(budget_url, nothing).status_code == 422
    assert browser.post(budget_url, nothing | {"money": "1000", "hours": "40"}).status_code == 302
    page = browser.get(url).content.decode()
    assert "€1,000.00 and 40 h" in page
    budget = browser.get(url).context["page"].uses[0].budget
    changed = {"money": "2000", "hours": "", "is_hard": "no"}
    assert browser.post(budget.get_absolute_url(), changed).status_code == 302
    assert browser.post(reverse("budget-removal", args=[budget.ref])).status_code == 302
    assert "There is no budget" in browser.get(url).content.decode()
