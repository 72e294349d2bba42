"""The milestone of EUR 1,000 on its way from the card to Bob's bank."""

from __future__ import annotations

from billing_site.kernel.money import Money
from ledger import movements
from ledger.movements import Movement
from tests.given import EUR
from tests.ledger.books import NOON


def funded(alice: int, *, from_credit: Money | None = None) -> Movement:
    return movements.fund_escrow(
        escrow="E1",
        charge="C1",
        client=alice,
        gross=EUR("1000.00"),
        client_fee=EUR("50.00"),
        client_fee_tax=EUR("9.50"),
        tax_country="DE",
        at=NOON,
        from_credit=from_credit,
    )


def released(bob: int) -> Movement:
    return movements.release_escrow(
        escrow="E1",
        invoice="I1",
        freelancer=bob,
        gross=EUR("1000.00"),
        client_fee=EUR("50.00"),
        freelancer_fee=EUR("100.00"),
        freelancer_fee_tax=EUR("19.00"),
        tax_country="DE",
        at=NOON,
    )


def refunded(alice: int) -> Movement:
    return movements.refund_from_escrow(
        escrow="E1",
        refund="R1",
        client=alice,
        gross=EUR("1000.00"),
        client_fee=EUR("50.00"),
        client_fee_tax=EUR("9.50"),
        tax_country="DE",
        at=NOON,
    )
