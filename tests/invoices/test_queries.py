"""How many questions a page asks: the same for one row and for three."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import Membership, User
from invoices.models import Contract, Invoice
from invoices.queries.client_home import client_home
from invoices.queries.contract_page import contract_page
from invoices.queries.freelancer_home import freelancer_home
from invoices.queries.invoice_page import invoice_page
from invoices.queries.viewer import viewer_of
from invoices.services import crediting, invoicing
from payments.queries.earnings import earnings_page
from payments.services import earnings
from tests import given
from tests.given import EUR, NOON, days


def membership(user: User) -> Membership:
    return Membership.objects.of(user).get()


@pytest.mark.parametrize("side", ["alice", "bob"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_contract_with_one_milestone_and_with_three(
    side: str, count: int, alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    contract = given.active_contract(
        client=alice, freelancer=bob, titles=["One", "Two", "Three"][:count]
    )
    for milestone in contract.milestones.order_by("position"):
        given.fund(milestone, by=alice)
        invoice = invoicing.deliver(milestone.pk, message="Done.", by=bob, at=NOON)
        invoicing.approve(invoice.pk, by=alice, at=NOON + days(1))
    given.jobs_done(at=NOON + days(1))
    seat = membership({"alice": alice, "bob": bob}[side])
    contract = Contract.objects.select_related("client", "freelancer").get()

    with django_assert_num_queries(8):
        page = contract_page(contract, viewer_of(seat, contract), at=NOON)
    assert len(page.milestones) == count
    assert len(page.papers) == 2 * count


@pytest.mark.parametrize("count", [1, 3])
def test_home_with_one_thing_waiting_and_with_three(
    count: int, alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        given.submitted_invoice(client=alice, freelancer=bob)
        given.returned_invoice(client=alice, freelancer=bob)
        given.offered_contract(client=alice, freelancer=bob)
        given.planned_milestone(client=alice, freelancer=bob)
        given.funded_milestone(client=alice, freelancer=bob)
        given.paid_invoice(client=alice, freelancer=bob)

    with django_assert_num_queries(11):
        paying = client_home(membership_with_organization(alice), at=NOON)
    with django_assert_num_queries(11):
        working = freelancer_home(membership_with_organization(bob), at=NOON)

    assert paying.waiting_count == 2 * count
    assert working.waiting_count == 3 * count


def test_home_says_what_silence_does_about_each_invoice(alice: User, bob: User) -> None:
    given.submitted_invoice(client=alice, freelancer=bob)
    given.owed_invoice(client=alice, freelancer=bob, at=NOON + given.days(1))

    ours = client_home(membership_with_organization(alice), at=NOON + given.days(2)).dates
    theirs = freelancer_home(membership_with_organization(bob), at=NOON + given.days(2)).dates

    expected = ["Counts as approved", "Goes back unanswered"]
    assert [date.words for date in ours] == expected
    assert [date.words for date in theirs] == expected


@pytest.mark.parametrize(("credited", "left"), [("200.00", "€720.00"), ("1000.00", "€0.00")])
def test_home_and_earnings_show_what_a_credit_note_leaves(
    credited: str, left: str, alice: User, bob: User
) -> None:
    invoice = given.paid_invoice(client=alice, freelancer=bob)
    amounts = {invoice.lines.get().pk: EUR(credited)}
    crediting.credit(invoice.pk, amounts=amounts, reason="Less", by=bob, at=NOON + days(1))
    seat = membership_with_organization(bob)

    for at in (NOON + days(2), NOON + days(30)):
        earnings.make_available(at=at)
        home, page = freelancer_home(seat, at=at), earnings_page(seat.organization, at=at)
        assert page.chart
        [ours] = [row.values for row in home.chart.rows if row.words == "Mar"]
        [theirs] = [row.values for row in page.chart.rows if row.words == "Mar"]
        assert ours == theirs
        assert left in ours


def test_home_says_what_becomes_available_and_nothing_of_nothing(alice: User, bob: User) -> None:
    whole, part = (given.paid_invoice(client=alice, freelancer=bob) for _ in range(2))
    for invoice, amount in ((whole, "1000.00"), (part, "200.00")):
        amounts = {invoice.lines.get().pk: EUR(amount)}
        crediting.credit(invoice.pk, amounts=amounts, reason="Less", by=bob, at=NOON + days(1))

    home = freelancer_home(membership_with_organization(bob), at=NOON + days(1))

    coming = [date.amount for date in home.dates if date.words == "Becomes available"]
    assert coming == [EUR("720.00")]
    assert home.sentence.startswith("€720.00 becomes available on ")


def membership_with_organization(user: User) -> Membership:
    return Membership.objects.of(user).select_related("organization").get()


def test_an_invoice_asks_the_same_after_one_round_and_after_three(
    alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob)

    def ask() -> Callable[[], object]:
        found = Invoice.objects.select_related(
            "contract__client",
            "contract__freelancer",
            "milestone",
            "escrow__client",
            "escrow__freelancer",
            "escrow__funded_by",
            "open_item",
            "issuer",
            "recipient",
        ).get()
        viewer = viewer_of(membership(alice), found.contract)
        return lambda: invoice_page(found, viewer, at=NOON)

    once = ask()
    with django_assert_num_queries(11):
        once()
    for day in (1, 2):
        invoicing.return_(invoice.pk, reason="Darker.", by=alice, at=NOON + days(day))
        invoicing.submit(invoice.pk, message="Darker.", by=bob, at=NOON + days(day))
    again = ask()
    with django_assert_num_queries(11):
        again()
