"""Worked examples of money for what was not held before: bonuses, expenses, protected weeks."""

from __future__ import annotations

import pytest
from django.db import transaction

from billing_site.kernel.money import Money
from ledger import movements
from ledger.movements import Movement
from ledger.queries.journal import journal
from ledger.services.posting import InsufficientFunds, KeyReused, post, post_many
from tests.given import EUR
from tests.ledger.books import NOON, balances, credited, debited

pytestmark = pytest.mark.django_db


def bonus_paid(alice: int, bob: int, *, from_credit: Money | None = None) -> Movement:
    """A bonus of EUR 100 with 5 % and 10 % of fees; Alice's VAT is German, Bob's Austrian."""
    return movements.pay_invoice(
        settlement="S1",
        charge="C1",
        client=alice,
        freelancer=bob,
        gross=EUR("100.00"),
        client_fee=EUR("5.00"),
        client_fee_tax=EUR("0.95"),
        client_tax_country="DE",
        freelancer_fee=EUR("10.00"),
        freelancer_fee_tax=EUR("2.00"),
        freelancer_tax_country="AT",
        at=NOON,
        from_credit=from_credit,
    )


def expense_paid(alice: int, bob: int) -> Movement:
    """Expenses are free of fees."""
    return movements.pay_invoice(
        settlement="S2",
        charge="C2",
        client=alice,
        freelancer=bob,
        gross=EUR("200.00"),
        client_fee=EUR("0.00"),
        client_fee_tax=EUR("0.00"),
        client_tax_country="DE",
        freelancer_fee=EUR("0.00"),
        freelancer_fee_tax=EUR("0.00"),
        freelancer_tax_country="AT",
        at=NOON,
    )


def week_advanced(alice: int) -> Movement:
    return movements.advance_week(
        escrow="W1",
        client=alice,
        gross=EUR("400.00"),
        client_fee=EUR("20.00"),
        client_fee_tax=EUR("4.00"),
        tax_country="DE",
        at=NOON,
    )


def week_released(bob: int) -> Movement:
    return movements.release_escrow(
        escrow="W1",
        invoice="I1",
        freelancer=bob,
        gross=EUR("400.00"),
        client_fee=EUR("20.00"),
        freelancer_fee=EUR("40.00"),
        freelancer_fee_tax=EUR("8.00"),
        tax_country="AT",
        at=NOON,
    )


def collected(alice: int, amount: str, *, settlement: str = "S1") -> Movement:
    return movements.collect_receivable(
        settlement=settlement,
        charge="C1",
        client=alice,
        amount=EUR(amount),
        at=NOON,
    )


def written_off(alice: int) -> Movement:
    return movements.write_off_receivable(
        write_off="X1",
        client=alice,
        gross=EUR("400.00"),
        freelancer_fee=EUR("40.00"),
        client_fee=EUR("20.00"),
        client_fee_tax=EUR("4.00"),
        tax_country="DE",
        at=NOON,
    )


def recovered(alice: int) -> Movement:
    return movements.recover_written_off(
        settlement="S9",
        charge="C9",
        client=alice,
        gross=EUR("400.00"),
        freelancer_fee=EUR("40.00"),
        client_fee=EUR("20.00"),
        client_fee_tax=EUR("4.00"),
        tax_country="DE",
        at=NOON,
    )


def of_family(family: str) -> int:
    """Return the balance of a sharded account over its shards."""
    return sum(minor for code, minor in balances().items() if code.startswith(family))


def test_l24_pay_invoice(alice: int, bob: int) -> None:
    post(bonus_paid(alice, bob))

    assert (
        journal()
        == f"""\
2025-11-03  Invoice paid
  provider:clearing                           105.95 EUR
{credited(f"freelancer:{bob}:pending", "88.00 EUR")}
      income:freelancer_fee                                  10.00 EUR
      tax:vat:AT                                              2.00 EUR
      income:client_fee                                       5.00 EUR
      tax:vat:DE                                              0.95 EUR"""
    )


def test_l25_pay_invoice_without_fees(alice: int, bob: int) -> None:
    post(expense_paid(alice, bob))

    assert (
        journal()
        == f"""\
2025-11-03  Invoice paid
  provider:clearing                           200.00 EUR
{credited(f"freelancer:{bob}:pending", "200.00 EUR")}"""
    )


def test_one_payment_of_an_invoice_is_booked_once(alice: int, bob: int) -> None:
    assert post(bonus_paid(alice, bob)).is_new
    assert not post(bonus_paid(alice, bob)).is_new
    assert balances()[f"freelancer:{bob}:pending EUR"] == 8800

    with pytest.raises(KeyReused), transaction.atomic():
        post(bonus_paid(alice, bob, from_credit=EUR("105.95")))


def test_pay_invoice_from_credit_needs_credit(alice: int, bob: int) -> None:
    movement = bonus_paid(alice, bob, from_credit=EUR("105.95"))

    assert movement.lines[0].account.code == f"client:{alice}:credit"
    with pytest.raises(InsufficientFunds), transaction.atomic():
        post(movement)


def test_l13_to_l15_a_week_is_advanced_released_and_collected(alice: int, bob: int) -> None:
    post_many([week_advanced(alice), week_released(bob)])
    post(collected(alice, "424.00"))

    assert (
        journal()
        == f"""\
2025-11-03  Protected week advanced
{debited(f"client:{alice}:receivable", "424.00 EUR")}
      escrow:W1                                             400.00 EUR
      deferred:client_fee:W1                                 20.00 EUR
      tax:vat:DE                                              4.00 EUR

2025-11-03  Escrow released
  escrow:W1                                   400.00 EUR
  deferred:client_fee:W1                       20.00 EUR
{credited(f"freelancer:{bob}:pending", "352.00 EUR")}
      income:freelancer_fee                                  40.00 EUR
      tax:vat:AT                                              8.00 EUR
      income:client_fee                                      20.00 EUR

2025-11-03  Receivable collected
  provider:clearing                           424.00 EUR
{credited(f"client:{alice}:receivable", "424.00 EUR")}"""
    )


def test_no_more_is_collected_than_was_advanced(alice: int) -> None:
    post(week_advanced(alice))
    post(collected(alice, "400.00"))

    with pytest.raises(InsufficientFunds), transaction.atomic():
        post(collected(alice, "24.01", settlement="S2"))
    post(collected(alice, "24.00", settlement="S2"))
    assert f"client:{alice}:receivable EUR" not in balances()


def test_l17_l18_a_receivable_is_written_off_and_recovered(alice: int, bob: int) -> None:
    post_many([week_advanced(alice), week_released(bob)])
    post(written_off(alice))

    lost = f"""\
2025-11-03  Receivable written off
  cost:protection                             360.00 EUR
  income:freelancer_fee                        40.00 EUR
  income:client_fee                            20.00 EUR
  tax:vat:DE                                    4.00 EUR
{credited(f"client:{alice}:receivable", "424.00 EUR")}"""
    assert journal().endswith(lost)
    assert of_family("income:") == 0
    assert of_family("tax:vat:AT") == 800  # Bob keeps the invoice that shows it
    assert balances()[f"freelancer:{bob}:pending EUR"] == 35200  # and the money

    post(recovered(alice))

    assert journal().endswith("""\
2025-11-03  Written off, and paid after all
  provider:clearing                           424.00 EUR
      cost:protection                                       360.00 EUR
      income:freelancer_fee                                  40.00 EUR
      income:client_fee                                      20.00 EUR
      tax:vat:DE                                              4.00 EUR""")
    assert of_family("cost:") == 0
    assert of_family("income:") == 6000


def test_what_was_collected_is_not_written_off(alice: int, bob: int) -> None:
    post_many([week_advanced(alice), week_released(bob)])
    post(collected(alice, "0.01"))

    with pytest.raises(InsufficientFunds), transaction.atomic():
        post(written_off(alice))
