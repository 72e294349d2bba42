"""Story 13: statements, fee invoices, budget against actual, and books that a program balances."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from beancount import loader

from billing_site.kernel.money import Money, zero
from billing_site.people.models import Membership, Organization, User
from billing_site.platform import files
from billing_site.platform.models import Letter
from invoices.models import FeeInvoice, Invoice
from invoices.queries.allocation_board import allocation_board
from invoices.queries.project_page import project_page
from invoices.services import contracts, planning
from invoices.services.budgeting import OverBudget
from records.models import CollectiveStatement
from records.queries.statements import statement
from records.queries.totals import totals
from records.queries.transactions import Asked
from records.services import exports
from tests import given, given_payments, given_projects
from tests.given import EUR
from tests.given_world import DAY, MORNING, books, live, studio
from tests.records.sums import balance_of

pytestmark = pytest.mark.django_db

MARCH, MONDAY = date(2026, 3, 1), date(2026, 3, 2)
APRIL = datetime(2026, 4, 1, 6, tzinfo=UTC)
TEN_HOURS = 600


def test_a_month_ends() -> None:
    world = studio()
    ada, ben = world.ada, world.ben
    given_payments.payment_method(ada, at=MORNING - 7 * DAY)
    project = given_projects.budgeted(ada, EUR("1200.00"), hours=20)
    contract = given.hourly_contract(client=ada, freelancer=ben, at=MORNING, limit=TEN_HOURS)
    given_projects.assigned(contract, project, by=ada, at=MORNING)
    weeks = [MONDAY + timedelta(days=7 * n) for n in range(2)]
    planning.plan(contract.pk, ben, dict.fromkeys(weeks, TEN_HOURS), by=ada, at=MORNING)
    given.worked(contract, by=ben, start=MORNING, minutes=6 * 60)
    live(MORNING, MORNING + 4 * DAY)

    # In the middle of the plan: what was planned, beside what was logged, and what it comes to.
    seat = Membership.objects.get(user=ada)
    board = allocation_board(project, seat, since=MONDAY, at=MORNING + 4 * DAY)
    [row] = board.contracts[0].people
    assert [(cell.planned, cell.logged) for cell in row.cells[:2]] == [(600, 360), (600, 0)]
    assert board.forecast.total == EUR("1000.00")  # ten hours a week at 50, as planned
    with pytest.raises(OverBudget):  # of 1,200 at most 1,000 is spoken for by hours
        dear = given.draft_contract(client=ada, freelancer=ben, price=EUR("900.00"))
        contracts.offer(
            given_projects.assigned(dear, project, by=ada, at=MORNING).pk, by=ada, at=MORNING
        )

    live(MORNING + 4 * DAY, APRIL)

    # Budget against actual: six hours were billed, by the project's page and by the documents.
    invoice = Invoice.objects.get()
    page = project_page(project, seat, at=APRIL)
    assert page.figures.paid == invoice.net == EUR("300.00")
    board = allocation_board(project, seat, since=MONDAY, at=APRIL)
    assert board.contracts[0].billed[:2] == [360, 0]
    spend = totals(world.client, "EUR", 2026, at=APRIL)
    assert [(group.words, group.left) for group in spend.by_project] == [
        ("Relaunch", EUR("318.00"))
    ]

    # Statements end where the books do, and the papers add up to what was paid.
    for side in (world.client, world.freelancer):
        months = statement(side, "EUR", MARCH, date(2026, 3, 31))
        assert months.opening + months.came + months.went == months.closing
        assert months.closing == balance_of(side, "EUR")
    paper = CollectiveStatement.objects.get(organization=world.client)
    fees = FeeInvoice.objects.filter(recipient=world.client)
    fee = sum((each.gross for each in fees), zero("EUR"))
    assert paper.amount == invoice.gross + fee == EUR("318.00")
    told = Letter.objects.filter(key__startswith=f"summary/{world.client.ref}/2026-03-09")
    assert "€318.00" in told.get().text

    for side, person in ((world.client, ada), (world.freelancer, ben)):
        assert rebalanced(side, person) == balance_of(side, "EUR")
    assert books(ben=world.freelancer, week=invoice.escrow) == BOOKS


def rebalanced(side: Organization, person: User) -> Money:
    """Return the balance to which beancount comes by itself, from our export alone."""
    export = exports.request(side, Asked(currency="EUR"), format_="beancount", by=person, at=APRIL)
    exports.write_out(export.pk, at=APRIL)
    export.refresh_from_db()
    entries, errors, _ = loader.load_file(str(files.place_of(export.stored_as)))
    assert errors == []
    [balance] = [entry for entry in entries if type(entry).__name__ == "Balance"]
    return Money(balance.amount.number, "EUR")


# Six hours at 50, our 5 % and 20 % VAT on that; 2.9 % and 0.30 of it is the provider's.
BOOKS = """\
2026-03-09  Escrow funded
  provider:clearing                           318.00 EUR
      escrow:week                                           300.00 EUR
      deferred:client_fee:week                               15.00 EUR
      tax:vat:AT                                              3.00 EUR

2026-03-09  Settled by the provider
  provider:balance                            308.48 EUR
  cost:provider                                 9.52 EUR
      provider:clearing                                     318.00 EUR

2026-03-13  Escrow released
  escrow:week                                 300.00 EUR
  deferred:client_fee:week                     15.00 EUR
      freelancer:ben:pending                                270.00 EUR
      income:freelancer_fee                                  30.00 EUR
      income:client_fee                                      15.00 EUR

2026-03-18  Security period over
  freelancer:ben:pending                      270.00 EUR
      freelancer:ben:available                              270.00 EUR"""
