"""Paying late costs what the contract says: once a period, as of its day, unless it is waived."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from invoices.models import Contract, Invoice, LateFee
from invoices.queries.late_fees import coming_fee
from invoices.services import contracts, dunning, invoicing, late_fees, owing
from invoices.services.invoice_drafts import PlainLine, begin_owed
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices._race import race
from tests.invoices.books import assert_every_law_holds
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db

A_MONTH: dict[str, Any] = {"fixed": None, "monthly_bps": 100, "grace_days": 7, "cap_bps": 250}
ONCE: dict[str, Any] = {"fixed": EUR("40.00"), "monthly_bps": 0, "grace_days": 7, "cap_bps": 1_000}
FIRST = 30 + 7 + 1  # days after noon: net 30, 7 without a fee, and the day after them


AGAIN = (
    "INSERT INTO invoices_latefee (overdue_id, period, invoice_id, waived_by_id, at)"
    " SELECT overdue_id, period, NULL, (SELECT min(id) FROM people_user), at"
    " FROM invoices_latefee"
)


def owed(alice: User, bob: User, **policy: Any) -> Invoice:
    """An approved invoice of 1,000 at net 30, under a policy, or under none."""
    contract = given.draft_contract(client=alice, freelancer=bob)
    if policy:
        late_fees.agree(contract.pk, **policy, by=alice, at=NOON)
    contracts.offer(contract.pk, by=alice, at=NOON)
    contracts.accept(contract.pk, by=bob, at=NOON)
    line = PlainLine("Two days on site", EUR("1000.00"))
    with transaction.atomic():
        invoice = begin_owed(
            Contract.objects.lock(contract.pk),
            source=Invoice.Source.LINES,
            title="Two days on site",
            lines=[line],
            at=NOON,
            net_days=30,
        )
    invoicing.submit(invoice.pk, message="As we agreed.", by=bob, at=NOON)
    return invoicing.approve(invoice.pk, by=alice, at=NOON)


def charged() -> list[tuple[str, str]]:
    fees = Invoice.objects.filter(source="late_fee").order_by("pk")
    return [(str(fee.gross.amount.normalize()), f"{fee.issued_at:%Y-%m-%d}") for fee in fees]


def test_without_a_policy_paying_late_costs_nothing(alice: User, bob: User) -> None:
    owed(alice, bob)
    assert late_fees.charge_due(at=NOON + days(400)) == []


def test_a_part_a_month_up_to_the_cap_each_as_of_its_day(alice: User, bob: User) -> None:
    owed(alice, bob, **A_MONTH)
    assert late_fees.charge_due(at=NOON + days(FIRST - 1)) == []

    for _ in range(2):
        late_fees.charge_due(at=NOON + days(400))

    assert charged() == [("1E+1", "2026-04-09"), ("1E+1", "2026-05-09"), ("5", "2026-06-08")]
    fee = Invoice.objects.filter(source="late_fee").order_by("pk")[0]
    assert fee.number
    assert (fee.tax_treatment, fee.tax, fee.approved_by) == ("outside", EUR("0.00"), None)
    assert fee.open_item
    assert fee.open_item.total == EUR("10.00")  # no fee of ours on it
    assert_every_law_holds()


def test_a_sum_is_charged_once(alice: User, bob: User) -> None:
    owed(alice, bob, **ONCE)
    late_fees.charge_due(at=NOON + days(400))

    assert charged() == [("4E+1", "2026-04-09")]
    assert_every_law_holds()


def test_it_is_paid_like_any_invoice(alice: User, bob: User) -> None:
    owed(alice, bob, **ONCE)
    (fee,) = late_fees.charge_due(at=NOON + days(FIRST))
    given.pay(owing.pay(fee.pk, by=alice, at=NOON + days(FIRST)), at=NOON + days(FIRST))
    given.jobs_done(at=NOON + days(FIRST))

    fee.refresh_from_db()
    assert fee.state == Invoice.State.PAID
    assert_every_law_holds()


def test_what_is_paid_meanwhile_costs_less(alice: User, bob: User) -> None:
    invoice = owed(alice, bob, **A_MONTH)
    given.pay(
        owing.pay(invoice.pk, amount=EUR("530.00"), by=alice, at=NOON + days(1)), at=NOON + days(1)
    )
    given.jobs_done(at=NOON + days(1))

    late_fees.charge_due(at=NOON + days(FIRST))

    assert charged() == [("5", "2026-04-09")]


def test_both_sides_read_it_before(alice: User, bob: User) -> None:
    invoice = owed(alice, bob, **A_MONTH)
    said = "Not paid by then, a late fee of €10.00 is added on 9 April 2026."
    with clock.pinned(NOON + days(2)):
        for user in (alice, bob):
            assert said in session_of(user).get(invoice.get_absolute_url()).content.decode()
    dunning.remind(at=NOON + days(33.5))
    assert said in Letter.objects.get(key__contains="/dunning/").text


def test_the_freelancer_waives_the_next_one(alice: User, bob: User) -> None:
    invoice = owed(alice, bob, **A_MONTH)
    with pytest.raises(NotYours):
        late_fees.waive(invoice.pk, by=alice, at=NOON)
    page = reverse("invoice-late-fee-waiver", args=[invoice.ref])
    with clock.pinned(NOON + days(2)):
        assert page in session_of(bob).get(invoice.get_absolute_url()).content.decode()
        assert page not in session_of(alice).get(invoice.get_absolute_url()).content.decode()
        session_of(bob).post(page)

    late_fees.charge_due(at=NOON + days(70))

    assert charged() == [("1E+1", "2026-05-09")]
    waived = LateFee.objects.get(period=1)
    assert waived.waived_by == bob
    assert_every_law_holds()


def test_nothing_is_waived_where_nothing_comes(alice: User, bob: User) -> None:
    invoice = owed(alice, bob)
    assert coming_fee(invoice) is None
    with pytest.raises(NotAllowed, match="No late fee is coming"):
        late_fees.waive(invoice.pk, by=bob, at=NOON)


def test_it_is_agreed_in_the_draft_and_final_with_the_offer(alice: User, bob: User) -> None:
    contract = given.draft_contract(client=alice, freelancer=bob)
    browser, page = session_of(alice), reverse("contract-late-fee", args=[contract.ref])
    sent = {"fixed": "", "monthly": "1", "grace_days": "7", "cap": "10"}
    with clock.pinned(NOON):
        assert browser.get(page).status_code == 200
        assert browser.post(page, sent | {"fixed": "40.00"}).status_code == 422
        assert browser.post(page, sent).status_code == 302
        offer = browser.get(reverse("contract-offer", args=[contract.ref])).content.decode()
        assert "what is not paid costs 1 % for every 30 days" in offer
        contracts.offer(contract.pk, by=alice, at=NOON)
        asked = session_of(bob).get(reverse("contract-acceptance", args=[contract.ref]))
        assert "what is not paid costs 1 % for every 30 days" in asked.content.decode()
        assert browser.post(page, sent).status_code == 422
    with pytest.raises(WrongState):
        late_fees.agree(contract.pk, **ONCE, by=alice, at=NOON)


def test_the_database_keeps_what_was_agreed_and_charged(alice: User, bob: User) -> None:
    owed(alice, bob, **ONCE)
    late_fees.charge_due(at=NOON + days(FIRST))
    for statement in (
        "UPDATE invoices_latefeepolicy SET grace_days = 0",
        "DELETE FROM invoices_latefeepolicy",
        "DELETE FROM invoices_latefee",
        AGAIN,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(statement)


@pytest.mark.parametrize("count", [1, 3])
def test_the_sweep_asks_the_same_for_one_invoice_and_for_three(
    count: int, alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        owed(alice, bob, **A_MONTH)
    with django_assert_num_queries(1):  # None is late for long enough: none is read.
        assert late_fees.charge_due(at=NOON + days(FIRST - 1)) == []
    assert len(late_fees.charge_due(at=NOON + days(FIRST))) == count
    with django_assert_num_queries(3):
        assert late_fees.charge_due(at=NOON + days(FIRST + 1)) == []


@pytest.mark.django_db(transaction=True)
def test_sixteen_sweeps_at_once_charge_it_once() -> None:
    alice = given.person("alice", country="AT", city="Graz", postal_code="8010")
    bob = given.person("bob", kind="freelancer", country="NO")
    owed(alice, bob, **ONCE)

    race([partial(late_fees.charge_due, at=NOON + days(FIRST))] * 16)

    assert charged() == [("4E+1", "2026-04-09")]
    assert_every_law_holds()
