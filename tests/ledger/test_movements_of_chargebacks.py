"""Worked examples of what a client's bank takes back: EUR 1,059.50 for work of 1,000."""

from __future__ import annotations

import pytest
from django.db import transaction

from ledger import chart, movements
from ledger.movements import Movement
from ledger.queries.journal import journal
from ledger.services.posting import InsufficientFunds, post
from tests.given import EUR
from tests.ledger.books import NOON, WORLD, balances, credited, debited, move

pytestmark = pytest.mark.django_db
EVERYTHING = EUR("1059.50")


def opened() -> Movement:
    return movements.open_chargeback(case="D1", amount=EVERYTHING, cost=EUR("15.00"), at=NOON)


def funded(alice: int) -> Movement:
    return movements.fund_escrow(
        escrow="E1",
        charge="C1",
        client=alice,
        gross=EUR("1000.00"),
        client_fee=EUR("50.00"),
        client_fee_tax=EUR("9.50"),
        tax_country="DE",
        at=NOON,
    )


def lost(gross: str = "1000.00", fee: str = "50.00", tax: str = "9.50") -> Movement:
    return movements.lose_escrow(
        case="D1",
        escrow="E1",
        gross=EUR(gross),
        client_fee=EUR(fee),
        client_fee_tax=EUR(tax),
        tax_country="DE",
        at=NOON,
    )


def test_l26_open_chargeback() -> None:
    post(opened())

    assert journal().endswith(f"""\
2025-11-03  Taken by a bank
{debited("chargeback:D1", "1,059.50 EUR")}
{debited("cost:chargeback", "15.00 EUR")}
{credited("provider:clearing", "1,074.50 EUR")}""")


def test_l28_win_chargeback() -> None:
    post(opened())
    post(movements.win_chargeback(case="D1", amount=EVERYTHING, at=NOON))

    assert journal().endswith(f"""\
2025-11-03  Given back by a bank
{debited("provider:clearing", "1,059.50 EUR")}
{credited("chargeback:D1", "1,059.50 EUR")}""")
    assert balances()["provider:clearing EUR"] == 1500  # the price of the case stays paid


def test_l53_lose_escrow(alice: int) -> None:
    post(funded(alice))
    post(opened())
    post(lost())

    assert journal().endswith(f"""\
2025-11-03  Escrow lost to a bank
{debited("escrow:E1", "1,000.00 EUR")}
{debited("deferred:client_fee:E1", "50.00 EUR")}
{debited("tax:vat:DE", "9.50 EUR")}
{credited("chargeback:D1", "1,059.50 EUR")}""")
    assert not {code for code in balances() if code.startswith(("escrow", "chargeback:D1"))}


def test_l28_refill_escrow_after_the_bank_decides_anew(alice: int) -> None:
    post(funded(alice))
    post(opened())
    post(lost(gross="600.00", fee="30.00", tax="5.70"))
    post(movements.bear_chargeback(case="D1", amount=EUR("423.80"), at=NOON))
    post(
        movements.refill_escrow(
            case="D1",
            escrow="E1",
            gross=EUR("600.00"),
            client_fee=EUR("30.00"),
            client_fee_tax=EUR("5.70"),
            tax_country="DE",
            at=NOON,
        )
    )

    assert journal().endswith(f"""\
2025-11-03  Held again
{debited("chargeback:D1", "635.70 EUR")}
{credited("escrow:E1", "600.00 EUR")}
{credited("deferred:client_fee:E1", "30.00 EUR")}
{credited("tax:vat:DE", "5.70 EUR")}""")
    assert balances()["escrow:E1 EUR"] == 100_000


def test_a_bank_takes_no_more_than_it_took(alice: int) -> None:
    """What is owed back by a case is given up once: its account has a ceiling."""
    post(funded(alice))
    post(movements.open_chargeback(case="D1", amount=EUR("500.00"), cost=EUR("15.00"), at=NOON))

    with pytest.raises(InsufficientFunds), transaction.atomic():
        post(lost())


def test_l54_reopen_receivable(alice: int) -> None:
    post(opened())
    post(movements.reopen_receivable(case="D1", client=alice, amount=EVERYTHING, at=NOON))

    assert journal().endswith(f"""\
2025-11-03  Owed again
{debited(f"client:{alice}:receivable", "1,059.50 EUR")}
{credited("chargeback:D1", "1,059.50 EUR")}""")


def test_l29_lose_chargeback(bob: int) -> None:
    post(move("lot", WORLD, chart.pending(bob), 30000))
    post(move("old", WORLD, chart.available(bob), 20000))
    post(opened())
    post(
        movements.lose_chargeback(
            case="D1",
            lot="L1",
            freelancer=bob,
            from_pending=EUR("300.00"),
            from_available=EUR("200.00"),
            from_debt=EUR("381.00"),
            freelancer_fee=EUR("100.00"),
            freelancer_fee_tax=EUR("19.00"),
            freelancer_tax_country="DE",
            client_fee=EUR("50.00"),
            client_fee_tax=EUR("9.50"),
            client_tax_country="DE",
            at=NOON,
        )
    )

    assert journal().endswith(f"""\
2025-11-03  Lost to a bank after release
{debited(f"freelancer:{bob}:pending", "300.00 EUR")}
{debited(f"freelancer:{bob}:available", "200.00 EUR")}
{debited(f"freelancer:{bob}:debt", "381.00 EUR")}
{debited("income:freelancer_fee", "100.00 EUR")}
{debited("tax:vat:DE", "28.50 EUR")}
{debited("income:client_fee", "50.00 EUR")}
{credited("chargeback:D1", "1,059.50 EUR")}""")


def test_l31_bear_chargeback() -> None:
    post(opened())
    post(movements.bear_chargeback(case="D1", amount=EVERYTHING, at=NOON))

    assert journal().endswith(f"""\
2025-11-03  Borne by the platform
{debited("cost:protection", "1,059.50 EUR")}
{credited("chargeback:D1", "1,059.50 EUR")}""")
