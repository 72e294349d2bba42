from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing_site.people.models import User
from invoices.models import Expense
from invoices.services import crediting, expenses, invoicing, owing, projects
from invoices.services.expenses import Spent
from records.queries.totals import totals
from tests import given
from tests.given import EUR, NOON
from tests.given_projects import project
from tests.records.sums import every_row
from tests.signing_in import session_of

EARNED = {"release_escrow", "pay_invoice", "refund_released"}


def test_the_sums_are_those_of_the_transactions(alice: User, bob: User) -> None:
    for price in ("400.00", "99.99"):
        given.paid_invoice(client=alice, freelancer=bob, price=EUR(price))
    ours = given.organization(bob)

    page = totals(ours, "EUR", NOON.year, at=NOON)

    changes = [row.change for row in every_row(ours) if row.kind in EARNED]
    assert page.whole.left == sum(changes, EUR("0.00"))
    for groups in (page.by_month, page.by_other, page.by_contract, page.by_kind):
        assert sum((group.left for group in groups), EUR("0.00")) == page.whole.left
    assert [group.words for group in page.by_other] == ["Alice & Co"]


def test_a_client_sees_what_the_work_cost_with_our_fee(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"))

    page = totals(given.organization(alice), "EUR", NOON.year, at=NOON)

    assert (page.whole.gross, page.whole.fee, page.whole.left) == (
        EUR("400.00"),
        EUR("24.00"),
        EUR("424.00"),
    )
    assert page.hourly is None


def test_what_went_back_to_a_client_went_with_our_fee(alice: User, bob: User) -> None:
    paid = given.paid_invoice(client=alice, freelancer=bob, price=EUR("333.33"))
    line = paid.lines.get()
    crediting.credit(paid.pk, amounts={line.pk: EUR("111.11")}, reason="Less", by=bob, at=NOON)
    ours = given.organization(alice)

    whole = totals(ours, "EUR", NOON.year, at=NOON).whole

    rows = [row for row in every_row(ours) if row.kind in {"fund_escrow", "refund_released"}]
    assert whole.left == sum((row.gross for row in rows), EUR("0.00"))
    assert whole.back == EUR("117.78")


def test_another_year_is_another_sum(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)

    assert totals(given.organization(bob), "EUR", NOON.year - 1, at=NOON).whole.count == 0


@pytest.mark.parametrize("side", ["client", "freelancer"])
def test_a_page_asks_as_much_for_three_as_for_one(side: str, alice: User, bob: User) -> None:
    browser, asked = session_of(alice if side == "client" else bob), []
    for _ in range(2):
        given.paid_invoice(client=alice, freelancer=bob)
        browser.get(reverse("totals"))
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse("totals"), {"year": "x"}).status_code == 200
        asked.append(len(queries))
        given.paid_invoice(client=alice, freelancer=bob)
    assert asked[0] == asked[1] <= (11 if side == "client" else 15), asked  # with a forecast


def test_a_client_sees_spend_by_project_and_by_what_expenses_were_for(
    alice: User, bob: User
) -> None:
    paid = given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"))
    projects.assign(paid.contract_id, project(alice), by=alice, at=NOON)
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("99.99"))
    spent = [given.expense(paid.contract, by=bob, gross=EUR(gross)) for gross in ("30.00", "20.01")]
    dear = Spent(NOON.date(), Expense.Category.SOFTWARE, "Font shop", EUR("20.01"))
    expenses.change(spent[1].pk, dear, None, by=bob, at=NOON)
    asked = expenses.invoice(paid.contract_id, [each.ref for each in spent], by=bob, at=NOON)
    invoicing.submit(asked.pk, message="Tickets.", by=bob, at=NOON)
    invoicing.approve(asked.pk, by=alice, at=NOON)
    given.pay(owing.pay(asked.pk, by=alice, at=NOON), at=NOON)
    ours = given.organization(alice)

    page = totals(ours, "EUR", NOON.year, at=NOON)

    for groups in (page.by_project, page.by_kind):
        assert sum((group.left for group in groups), EUR("0.00")) == page.whole.left
        assert sum((group.fee for group in groups), EUR("0.00")) == page.whole.fee
    by_project = {group.words: group.left for group in page.by_project}
    assert by_project["without a project"] == EUR("99.99") + EUR("6.00")
    by_kind = {group.words: group.gross for group in page.by_kind}
    assert by_kind["expenses: travel"] == EUR("30.00")
    assert by_kind["expenses: software and licenses"] == EUR("20.01")
    html = session_of(alice).get(reverse("totals"), {"year": NOON.year}).content.decode()
    for words in ("Spend by project", "Spend by category", "Relaunch", "expenses: travel"):
        assert words in html, words
