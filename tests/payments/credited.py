"""Clients who have credit."""

from __future__ import annotations

from billing_site.kernel.money import Money
from billing_site.people.models import User
from billing_site.platform import clock
from ledger.queries.balances import spendable
from payments.models import Charge
from payments.services import charging
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.test_taking_back import taken_back

LATER = NOON + DAY


def with_credit(alice: User, bob: User) -> User:
    lot = given.released(client=alice, freelancer=bob).lot
    taken_back("200.00", of=lot.document.removeprefix("invoice/"))
    return alice


def free(client: User) -> Money:
    return spendable(f"client:{given.organization(client).pk}:credit", "EUR")


def begin(client: User, freelancer: User, price: str, *, document: str = "milestone/M2") -> Charge:
    escrows = [given.terms(freelancer, price=EUR(price), document=document)]
    payer = given.organization(client)
    with clock.pinned(LATER):
        return charging.begin(payer=payer, escrows=escrows, by=client, at=LATER)
