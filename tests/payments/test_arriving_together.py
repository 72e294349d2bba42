"""A client's transfers and payments arrive at the same moment: nobody waits in a circle.

A transfer becomes credit, a payment spends some: both write to the same two accounts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from billing_site.kernel.invariants import run_laws
from billing_site.kernel.money import Money, to_minor
from billing_site.people.models import Organization, User
from ledger.models import Entry, ReservationEnd
from ledger.queries.balances import balance
from payments.gateways.base import CashState, PaymentState, Status
from payments.models import Charge
from payments.services import bank_transfers, charging, following
from tests import given_payments as given
from tests.given_payments import EUR, NOON
from tests.invoices._race import rounds

pytestmark = pytest.mark.django_db(transaction=True)
PAIRS = 8
SENT = EUR("20.00")
CLEARING = "ledger.clearing_returns_to_zero"


def arrives(charge: Charge) -> Callable[[], object]:
    """The gateway's word that *charge* is paid."""
    paid = PaymentState(
        f"pi_{charge.ref}", charge.ref, Status.SUCCEEDED, to_minor(charge.charged), "EUR"
    )
    return partial(following.payment, charge.pk, paid, at=NOON)


def transfer(client: Organization, number: int) -> Charge:
    cash = CashState(f"cash_{number}", "cus_1", client.ref, "funded", 2_000, "EUR", 10**9)
    sent = bank_transfers.follow(cash, at=NOON)
    assert sent
    return sent.charge


def card(alice: User, bob: User, number: int) -> Charge:
    terms = [given.terms(bob, price=EUR("100.00"), document=f"milestone/M{number}")]
    return charging.begin(payer=given.organization(alice), escrows=terms, by=alice, at=NOON)


def test_transfers_and_payments_with_credit_arrive_together() -> None:
    alice, bob = given.payer(), given.worker()
    client, cards = given.organization(alice), []
    # What the provider holds was opened long before this client's credit, and is locked first.
    arrives(card(alice, bob, PAIRS))()
    for number in range(PAIRS):
        arrives(transfer(client, number))()
        cards.append(card(alice, bob, number))
    assert {each.credit for each in cards} == {SENT}
    transfers = [transfer(client, PAIRS + number) for number in range(PAIRS)]
    deeds = [arrives(charge) for pair in zip(cards, transfers, strict=True) for charge in pair]

    for said in rounds(deeds):
        assert said == ["done"] * len(deeds)
        assert credit_of(client) == SENT * PAIRS
        assert Entry.objects.filter(kind="fund_escrow").count() == PAIRS + 1
        assert ReservationEnd.objects.filter(outcome="captured").count() == PAIRS
        assert not Charge.objects.exclude(state=Charge.State.SUCCEEDED).exists()
    # Nobody told here what the provider says of its balance.
    broken = {each.law.name for each in run_laws() if not each.holds}
    assert {name for name in broken if name.startswith("ledger.")} == {CLEARING}


def credit_of(client: Organization) -> Money:
    return balance(f"client:{client.pk}:credit", "EUR")
