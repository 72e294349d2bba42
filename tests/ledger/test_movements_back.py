"""Worked examples of money on its way back, and of what is divided so that a part can go back."""

from __future__ import annotations

import pytest
from django.db import transaction

from ledger import chart, movements
from ledger.movements import Movement
from ledger.queries.journal import journal
from ledger.services.posting import InsufficientFunds, Refused, post
from tests.given import EUR
from tests.ledger.books import NOON, WORLD, balances, credited, debited, move

pytestmark = pytest.mark.django_db


def given_back(
    alice: int,
    bob: int,
    *,
    pending: str = "0.00",
    available: str = "0.00",
    debt: str = "0.00",
    receivable: str = "0.00",
) -> Movement:
    """Bob gives back EUR 200 of net: 180 of his, and both fees of it with Alice's VAT."""
    return movements.refund_released(
        lot="L1",
        document=("credit_note", "N1"),
        client=alice,
        freelancer=bob,
        from_pending=EUR(pending),
        from_available=EUR(available),
        from_debt=EUR(debt),
        freelancer_fee=EUR("20.00"),
        freelancer_fee_tax=EUR("0.00"),
        freelancer_tax_country="AT",
        client_fee=EUR("10.00"),
        client_fee_tax=EUR("2.00"),
        client_tax_country="DE",
        to_receivable=EUR(receivable),
        at=NOON,
    )


def refund_set_apart(alice: int) -> Movement:
    return move("in", WORLD, chart.refund("R1", alice), 105950)


def test_l22_refund_released(alice: int, bob: int) -> None:
    post(move("in", WORLD, chart.available(bob), 50000))
    post(given_back(alice, bob, available="180.00"))

    assert journal().endswith(f"""\
2025-11-03  Given back after release
{debited(f"freelancer:{bob}:available", "180.00 EUR")}
  income:freelancer_fee                        20.00 EUR
  income:client_fee                            10.00 EUR
  tax:vat:DE                                    2.00 EUR
{credited(f"client:{alice}:credit", "212.00 EUR")}""")


def test_l22_from_the_lot_then_from_available_then_as_a_debt(alice: int, bob: int) -> None:
    post(move("lot", WORLD, chart.pending(bob), 10000))
    post(move("old", WORLD, chart.available(bob), 3000))
    post(move("due", chart.client_receivable(alice), chart.suspense(), 15000))
    post(
        given_back(
            alice, bob, pending="100.00", available="30.00", debt="50.00", receivable="150.00"
        )
    )

    assert journal().endswith(f"""\
2025-11-03  Given back after release
{debited(f"freelancer:{bob}:pending", "100.00 EUR")}
{debited(f"freelancer:{bob}:available", "30.00 EUR")}
{debited(f"freelancer:{bob}:debt", "50.00 EUR")}
  income:freelancer_fee                        20.00 EUR
  income:client_fee                            10.00 EUR
  tax:vat:DE                                    2.00 EUR
{credited(f"client:{alice}:receivable", "150.00 EUR")}
{credited(f"client:{alice}:credit", "62.00 EUR")}""")
    assert f"client:{alice}:receivable EUR" not in balances()


def test_l32_recover_debt_of_what_became_available(bob: int) -> None:
    post(move("owed", chart.freelancer_debt(bob), WORLD, 58000))
    post(move("free", WORLD, chart.available(bob), 58000))
    kept = movements.recover_debt(lot="L2", freelancer=bob, amount=EUR("145.00"), at=NOON)

    assert post(kept).is_new
    assert not post(kept).is_new

    assert journal().endswith(f"""\
2025-11-03  Kept for a debt
{debited(f"freelancer:{bob}:available", "145.00 EUR")}
{credited(f"freelancer:{bob}:debt", "145.00 EUR")}""")
    assert balances()[f"freelancer:{bob}:debt EUR"] == -43500
    more = movements.recover_debt(lot="L3", freelancer=bob, amount=EUR("435.01"), at=NOON)
    with pytest.raises(Refused), transaction.atomic():
        post(more)


def test_one_document_takes_back_from_a_lot_once(alice: int, bob: int) -> None:
    post(move("in", WORLD, chart.available(bob), 50000))

    assert post(given_back(alice, bob, available="180.00")).is_new
    assert not post(given_back(alice, bob, available="180.00")).is_new
    assert balances()[f"freelancer:{bob}:available EUR"] == 32000


def test_what_a_freelancer_does_not_have_is_a_debt_or_refused(alice: int, bob: int) -> None:
    post(move("in", WORLD, chart.available(bob), 17999))

    with pytest.raises(InsufficientFunds), transaction.atomic():
        post(given_back(alice, bob, available="180.00"))
    assert f"client:{alice}:credit EUR" not in balances()


def test_l23_send_credit_back(alice: int) -> None:
    post(move("in", WORLD, chart.client_credit(alice), 21200))
    sent = movements.send_credit_back(refund="R1", client=alice, amount=EUR("212.00"), at=NOON)
    post(sent)

    assert journal().endswith(f"""\
2025-11-03  Credit sent back
{debited(f"client:{alice}:credit", "212.00 EUR")}
      refund:R1                                             212.00 EUR""")
    more = movements.send_credit_back(refund="R2", client=alice, amount=EUR("0.01"), at=NOON)
    with pytest.raises(InsufficientFunds), transaction.atomic():
        post(more)


def test_l12_a_refund_comes_back_and_is_sent_again(alice: int) -> None:
    post(refund_set_apart(alice))
    amount = EUR("1059.50")
    post(movements.settle_refund(refund="R1", amount=amount, at=NOON))
    post(movements.unsettle_refund(refund="R1", sent_as="re_1", amount=amount, at=NOON))

    assert journal().endswith("""\
2025-11-03  Refund came back
  provider:clearing                         1,059.50 EUR
      refund:R1                                           1,059.50 EUR""")

    again = movements.settle_refund(refund="R1", amount=amount, at=NOON, sent_as="re_2")
    assert post(again).is_new
    assert not post(again).is_new
    assert "refund:R1 EUR" not in balances()


def test_l12_a_refund_that_cannot_be_sent_is_kept_as_credit(alice: int) -> None:
    post(refund_set_apart(alice))
    amount = EUR("1059.50")
    post(movements.keep_refund(refund="R1", client=alice, amount=amount, at=NOON))

    assert journal().endswith(f"""\
2025-11-03  Refund kept as credit
  refund:R1                                 1,059.50 EUR
{credited(f"client:{alice}:credit", "1,059.50 EUR")}""")
    with pytest.raises(InsufficientFunds), transaction.atomic():
        post(movements.settle_refund(refund="R1", amount=amount, at=NOON))


def funded(alice: int) -> Movement:
    return movements.fund_escrow(
        escrow="E1",
        charge="C1",
        client=alice,
        gross=EUR("1000.00"),
        client_fee=EUR("50.00"),
        client_fee_tax=EUR("10.00"),
        tax_country="DE",
        at=NOON,
    )


def divided(alice: int, *, into: str = "E2", gross: str = "400.00") -> Movement:
    return movements.divide_escrow(
        escrow="E1",
        into=into,
        client=alice,
        gross=EUR(gross),
        client_fee=EUR("20.00"),
        at=NOON,
    )


def test_l10_l19_divide_escrow(alice: int) -> None:
    post(funded(alice))
    assert post(divided(alice)).is_new
    assert not post(divided(alice)).is_new

    assert journal().endswith("""\
2025-11-03  Escrow divided
  escrow:E1                                   400.00 EUR
  deferred:client_fee:E1                       20.00 EUR
      escrow:E2                                             400.00 EUR
      deferred:client_fee:E2                                 20.00 EUR""")
    left = balances()
    assert (left["escrow:E1 EUR"], left["escrow:E2 EUR"]) == (60000, 40000)

    with pytest.raises(InsufficientFunds), transaction.atomic():
        post(divided(alice, into="E3", gross="600.01"))


def test_what_was_divided_off_is_refunded_by_itself(alice: int) -> None:
    post(funded(alice))
    post(divided(alice))
    post(
        movements.refund_from_escrow(
            escrow="E2",
            refund="R1",
            client=alice,
            gross=EUR("400.00"),
            client_fee=EUR("20.00"),
            client_fee_tax=EUR("4.00"),
            tax_country="DE",
            at=NOON,
        )
    )

    left = balances()
    assert left["refund:R1 EUR"] == 42400
    assert left["escrow:E1 EUR"] == 60000
    assert left["deferred:client_fee:E1 EUR"] == 3000
    assert "escrow:E2 EUR" not in left


def test_an_escrow_is_released_in_parts_by_their_documents(alice: int, bob: int) -> None:
    post(funded(alice))
    for invoice, gross, fee in [("I1", "600.00", "30.00"), ("I2", "400.00", "20.00")]:
        post(
            movements.release_escrow(
                escrow="E1",
                invoice=invoice,
                freelancer=bob,
                gross=EUR(gross),
                client_fee=EUR(fee),
                freelancer_fee=EUR("0.00"),
                freelancer_fee_tax=EUR("0.00"),
                tax_country="DE",
                at=NOON,
            )
        )

    left = balances()
    assert left[f"freelancer:{bob}:pending EUR"] == 100000
    assert not any(code.startswith(("escrow", "deferred")) for code in left)
