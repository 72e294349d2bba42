from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing_site.people.models import User
from invoices.services import invoicing
from ledger import movements
from ledger.models import Entry
from ledger.queries import records
from ledger.queries.records_sql import ROWS
from ledger.services.posting import post
from records import kinds
from records.queries.transactions import Asked, transactions
from tests import given, given_projects
from tests.given import EUR, NOON
from tests.records.sums import balance_of, every_row, wrong_rows
from tests.signing_in import session_of

# What never touches anybody's balance with us stands in nobody's records.
PLATFORMS_OWN = {
    "convert_treasury",
    "settle_provider_line",
    "pay_provider_fee",
    "sweep_income",
    "return_swept",
    "top_up_balance",
    "return_top_up",
    "transfer_to_payee",
    "pay_out",
    "settle_refund",
    "unsettle_refund",
    "receive_unmatched",
    "spend_arbitration_shares",
    "recover_by_bank",
}


def columns(user: User) -> list[tuple[str, ...]]:
    """The list, oldest first: words, net, fee, tax, gross, balance."""
    rows = every_row(given.organization(user))
    return [
        (
            row.words,
            *(str(money.amount) for money in (row.net, row.fee, row.tax, row.gross, row.balance)),
        )
        for row in reversed(rows)
    ]


def test_what_is_held_and_released_stands_in_both_records(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"))

    assert columns(alice) == [
        ("Paid and held", "400.00", "20.00", "4.00", "424.00", "420.00"),
        ("Released to the freelancer", "-400.00", "-20.00", "0.00", "-420.00", "0.00"),
    ]
    assert columns(bob) == [("Earned", "352.00", "40.00", "8.00", "400.00", "352.00")]


def test_an_invoice_paid_from_outside_is_in_the_payers_records(alice: User, bob: User) -> None:
    """Both sides' VAT is owed to one tax office: each sees its own part of that line."""
    ada, ben = given.organization(alice), given.organization(bob)
    post(
        movements.pay_invoice(
            settlement="C1/I1", charge="C1", client=ada.pk, freelancer=ben.pk,
            gross=EUR("200.00"), client_fee=EUR("10.00"), client_fee_tax=EUR("2.00"),
            client_tax_country="AT", freelancer_fee=EUR("20.00"),
            freelancer_fee_tax=EUR("4.00"), freelancer_tax_country="AT", at=NOON,
        )
    )  # fmt: skip

    assert columns(alice) == [("Invoice paid", "200.00", "10.00", "2.00", "212.00", "0.00")]
    assert columns(bob) == [("Invoice paid to you", "176.00", "20.00", "4.00", "200.00", "176.00")]


def test_what_a_bank_takes_after_release_leaves_each_side_its_own_taxes(bob: User) -> None:
    ben = given.organization(bob)
    fees: dict[str, Any] = {
        "freelancer_fee": EUR("20.00"), "freelancer_fee_tax": EUR("4.00"),
        "client_fee": EUR("10.00"), "client_fee_tax": EUR("2.00"),
        "freelancer_tax_country": "AT", "client_tax_country": "AT",
    }  # fmt: skip
    of: dict[str, Any] = {"case": "D1", "lot": "L1", "freelancer": ben.pk, "at": NOON, **fees}
    nothing, all_of_it = EUR("0.00"), EUR("176.00")
    post(
        movements.open_chargeback(case="D1", amount=EUR("212.00"), cost=EUR("15.00"), at=NOON),
    )
    post(
        movements.lose_chargeback(
            from_pending=nothing, from_available=nothing, from_debt=all_of_it, **of
        )
    )
    post(movements.return_loss(to_pending=nothing, to_debt=all_of_it, to_available=nothing, **of))

    assert [row[1:5] for row in columns(bob)] == [
        ("-176.00", "-20.00", "-4.00", "-200.00"),
        ("176.00", "20.00", "4.00", "200.00"),
    ]


def test_every_movement_has_words() -> None:
    every = {name for name in movements.__all__ if name not in {"debit", "credit"}}
    moving = {name for name in every if name[0].islower()}
    assert moving - PLATFORMS_OWN - set(kinds.KINDS) == set()
    assert PLATFORMS_OWN & set(kinds.KINDS) == set()


def test_the_balance_is_that_of_the_books(alice: User, bob: User) -> None:
    for price in ("400.00", "99.99", "12.34"):
        given.paid_invoice(client=alice, freelancer=bob, price=EUR(price))
    given.funded_milestone(client=alice, freelancer=bob, price=EUR("77.77"))

    for user in (alice, bob):
        ours = given.organization(user)
        rows = every_row(ours)
        assert rows[0].balance == balance_of(ours, "EUR")
        assert wrong_rows(rows) == []


def test_pages_follow_one_another(alice: User, bob: User, monkeypatch: Any) -> None:
    monkeypatch.setattr("records.queries.transactions.PER_PAGE", 2)
    for _ in range(3):
        given.paid_invoice(client=alice, freelancer=bob)

    rows = every_row(given.organization(alice))

    assert len({row.number for row in rows}) == len(rows) == 6
    assert wrong_rows(rows) == []


def test_filters_leave_what_they_say(alice: User, bob: User) -> None:
    first = given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"))
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("99.00"))
    ours = given.organization(alice)
    all_of_it = {row.number for row in every_row(ours)}

    def numbers(**asked: Any) -> set[int]:
        return {row.number for row in transactions(ours, Asked(**asked)).rows}

    of_first = numbers(contract=first.contract.ref)
    assert len(of_first) == 2
    assert numbers(query=first.contract.title) == all_of_it
    assert numbers(amount=EUR("424.00")) < of_first
    assert numbers(group="in") == {
        row.number for row in every_row(ours) if row.kind == "fund_escrow"
    }
    assert numbers(since=NOON.date()) == all_of_it
    assert numbers(since=NOON.date() + timedelta(days=1)) == set()
    assert numbers(query="nothing of the kind") == set()
    filtered = transactions(ours, Asked(contract=first.contract.ref)).rows
    unfiltered = {row.number: row.balance for row in every_row(ours)}
    assert all(row.balance == unfiltered[row.number] for row in filtered)


@pytest.mark.parametrize("side", ["client", "freelancer"])
def test_a_page_asks_as_much_for_three_rows_as_for_one(side: str, alice: User, bob: User) -> None:
    asked = []
    browser = session_of(alice if side == "client" else bob)
    for _ in range(2):
        given.paid_invoice(client=alice, freelancer=bob)
        browser.get(reverse("records"))
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse("records")).status_code == 200
        asked.append(len(queries))
        given.paid_invoice(client=alice, freelancer=bob)
    assert asked[0] == asked[1] <= 11, asked


def test_a_row_leads_to_its_postings_and_nobody_elses(alice: User, bob: User) -> None:
    invoice = given.paid_invoice(client=alice, freelancer=bob)
    given.person("charlie")
    entry = Entry.objects.get(kind="release_escrow")

    for user in (alice, bob):
        page = session_of(user).get(reverse("record", args=[entry.pk])).content.decode()
        assert reverse("invoice-trail", args=[invoice.ref]) in page
        assert invoice.escrow
        assert f"escrow:{invoice.escrow.ref}" in page
    funding = Entry.objects.get(kind="fund_escrow")
    assert session_of(bob).get(reverse("record", args=[funding.pk])).status_code == 404


def test_a_row_is_found_by_one_index(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    ours = given.organization(alice)
    statement, parameters = records.statement_of(
        ROWS, records.Wanted(ours.pk, "EUR"), before=None, limit=50, order="DESC"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}", [*parameters, "EUR"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "records_of_an_organization" in plan
    assert "Seq Scan" not in plan


def test_filters_are_kept_under_a_name(alice: User) -> None:
    browser = session_of(alice)
    sent = {"name": "March", "query": "since=2026-03-01"}

    answer = browser.post(reverse("record-filter-new"), sent, follow=True)

    assert "Saved as “March”." in answer.content.decode()


def test_a_row_names_its_project_and_its_order(alice: User, bob: User) -> None:
    submitted = given.submitted_invoice(client=alice, freelancer=bob)
    given_projects.assigned(submitted.contract, given_projects.project(alice), by=alice)
    invoicing.approve(submitted.pk, by=alice, at=NOON, purchase_order="PO-7")
    ours = given.organization(alice)

    newest = transactions(ours, Asked()).rows[0]
    assert (newest.about.project, newest.about.purchase_order) == ("Relaunch", "PO-7")
    for query in ("po-7", "relau", "WEB-26"):
        assert transactions(ours, Asked(query=query)).rows, query
    page = " ".join(session_of(alice).get(reverse("records")).content.decode().split())
    assert "Relaunch" in page
    assert "PO PO-7" in page
