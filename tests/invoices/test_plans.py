"""The allocation board: planned against logged and billed, edited by row or from a table."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import Membership, User
from billing_site.platform import clock
from invoices.models import Allocation, Contract, Project
from invoices.queries.allocation_board import Board, allocation_board
from invoices.services import contracts, planning
from invoices.services.hourly_drafting import HourlyTerms, draft_hourly
from tests import given, given_projects
from tests.given import EUR, NOON
from tests.signing_in import session_of

MONDAY = date(2026, 3, 2)
NEXT = MONDAY + timedelta(days=7)


def planned_project(alice: User, bob: User) -> tuple[Project, Contract]:
    project = given_projects.project(alice)
    contract = given.hourly_contract(client=alice, freelancer=bob)
    return project, given_projects.assigned(contract, project, by=alice)


def board_of(project: Project, user: User) -> Board:
    seat = Membership.objects.get(user=user)
    return allocation_board(project, seat, since=MONDAY, at=NOON)


def test_the_board_shows_planned_beside_logged_and_forecasts(alice: User, bob: User) -> None:
    project, contract = planned_project(alice, bob)
    planning.plan(contract.pk, bob, {MONDAY: 600, NEXT: 300}, by=alice, at=NOON)
    given.wrote(contract, by=bob, start=NOON, minutes=90)

    page = board_of(project, alice)
    cells = page.contracts[0].people[0].cells
    assert [(cell.planned, cell.logged) for cell in cells[:3]] == [(600, 90), (300, 0), (0, 0)]
    assert page.forecast.total == EUR("750.00")  # 15 h at 50
    planning.plan(contract.pk, bob, {NEXT: 0}, by=alice, at=NOON)
    assert Allocation.objects.get().monday == MONDAY


def test_an_offer_tells_nobody_who_works_there(alice: User, bob: User) -> None:
    project = given_projects.project(alice)
    contract = draft_hourly(
        client=given.organization(alice),
        freelancer=given.organization(bob),
        title="Support desk",
        terms=HourlyTerms(EUR("50.00"), 1200, allows_manual_time=True),
        treatment=None,
        by=alice,
        at=NOON,
    )
    given_projects.assigned(contract, project, by=alice)
    url = reverse("allocation", args=[contract.ref, bob.pk])
    for _ in ("drafted", "offered"):
        page = board_of(project, alice)
        assert page.contracts == []
        assert page.forecast.total == EUR("0.00")
        assert session_of(alice).get(url).status_code == 404
        with pytest.raises(NotAllowed, match="nobody works on it"):
            planning.plan(contract.pk, bob, {MONDAY: 60}, by=alice, at=NOON)
        if contract.state == Contract.State.DRAFT:
            contract = contracts.offer(contract.pk, by=alice, at=NOON)
    contracts.accept(contract.pk, by=bob, at=NOON)
    assert board_of(project, alice).contracts[0].people[0].person == bob
    with clock.pinned(NOON):
        assert session_of(alice).get(url).status_code == 200


def test_a_plan_is_the_clients_and_of_people_who_work_there(
    alice: User, bob: User, charlie: User
) -> None:
    _, contract = planned_project(alice, bob)
    for stranger in (bob, charlie):
        with pytest.raises(NotYours):
            planning.plan(contract.pk, bob, {MONDAY: 60}, by=stranger, at=NOON)
    with pytest.raises(NotAllowed, match="does not work for"):
        planning.plan(contract.pk, charlie, {MONDAY: 60}, by=alice, at=NOON)
    with pytest.raises(IntegrityError, match="starts_on_monday"), transaction.atomic():
        Allocation.objects.create(
            contract=contract, person=bob, monday=date(2026, 3, 3), minutes=60
        )


def test_a_table_is_imported_whole_or_not_at_all(alice: User, bob: User) -> None:
    project, _ = planned_project(alice, bob)
    right = "contract,person,week,hours\nSupport desk,Bob,2026-W10,7.5\n"
    wrong = right + (
        '=HYPERLINK("http://x.example"),Bob,2026-W11,5\n'
        "Support desk,Bob,2026-W11,=1+1\n"
        "Support desk,Nobody,2026-03-09,5\n"
        "Support desk,Bob,2026-03-10,5\n"
        "Support desk,Bob,2026-03-02,5\n"
    )
    errors = [row.error for row in planning.preview(project, wrong)]
    assert errors[0] == ""
    assert all(errors[1:])
    with pytest.raises(NotAllowed, match="Line 3"):
        planning.import_plan(project.pk, wrong, by=alice, at=NOON)
    assert not Allocation.objects.exists()
    for _ in range(2):  # again is the same plan
        planning.import_plan(project.pk, right, by=alice, at=NOON)
    assert list(Allocation.objects.values_list("monday", "minutes")) == [(MONDAY, 450)]
    with pytest.raises(NotAllowed, match="first line"):
        planning.import_plan(project.pk, "a,b\n", by=alice, at=NOON)


# Pages.


def test_a_row_is_planned_by_a_plain_form(alice: User, bob: User) -> None:
    with clock.pinned(NOON):
        project, contract = planned_project(alice, bob)
        browser = session_of(alice)
        url = reverse("allocation", args=[contract.ref, bob.pk]) + f"?from={MONDAY}"
        assert "Hours in the week from 2 March 2026" in browser.get(url).content.decode()
        assert browser.post(url, {"week_0": "169"}).status_code == 422
        assert browser.post(url, {"week_0": "12", "week_1": "7.5"}).status_code == 302
        page = browser.get(reverse("project-plan", args=[project.ref])).content.decode()
        assert "7 h 30 min" in page or "7:30" in page
        for stranger in (bob, given.person("dora")):
            other = session_of(stranger)
            for hidden in (url, reverse("project-plan", args=[project.ref])):
                assert other.get(hidden).status_code == 404


def test_an_import_is_looked_at_before_it_is_planned(alice: User, bob: User) -> None:
    with clock.pinned(NOON):
        project, _ = planned_project(alice, bob)
        browser = session_of(alice)
        url = reverse("project-plan-import", args=[project.ref])
        table = "contract,person,week,hours\nSupport desk,Bob,2026-W10,8"
        assert browser.post(url, {"table": ""}).status_code == 422
        assert browser.post(url, {"table": f"{table}9999"}).status_code == 422
        shown = browser.post(url, {"table": table})
        assert shown.status_code == 200
        assert not Allocation.objects.exists()
        seen = shown.context["form"]["seen"].value()
        assert browser.post(url, {"table": f"{table}0", "seen": seen}).status_code == 200
        assert not Allocation.objects.exists()
        assert browser.post(url, {"table": table, "seen": seen}).status_code == 302
        assert Allocation.objects.get().minutes == 480


def test_the_board_asks_the_same_number_of_questions(alice: User, bob: User) -> None:
    project, _ = planned_project(alice, bob)
    browser = session_of(alice)
    url = reverse("project-plan", args=[project.ref])

    def asked() -> int:
        browser.get(url)
        with CaptureQueriesContext(connection) as found:
            assert browser.get(url).status_code == 200
        return len(found)

    before = asked()
    for name in ("bert", "carl"):
        worker = given.person(name, kind="freelancer")
        more = given.hourly_contract(client=alice, freelancer=worker)
        given_projects.assigned(more, project, by=alice)
    assert asked() == before
